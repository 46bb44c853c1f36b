#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

void check_splat(Random& random, const RandomTable& table, std::size_t labels, std::size_t width) {
  const auto rows = random.reals(table.points * labels, -1, 1),
             before = random.reals(table.slot_count * width, -1, 1);
  std::vector<Expected> expected(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) expected[i].add(static_cast<double>(before[i]));
  for (std::size_t j = 0; j < table.slots.size(); ++j) {
    for (std::size_t l = 0; l < labels; ++l) {
      expected[table.slots[j] * width + l].add_product(table.splat[j], rows[j / table.rows * labels + l]);
    }
  }
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    auto sums = before;
    use.splat_rows(table.view(), rows.data(), labels, width, sums.data());
    check_near(isa + describe({table.rows, table.points, labels}), sums, expected);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (i % width >= labels) CHECK_EQ(sums[i], before[i]);
    }
  });
}

void check_slice(Random& random, const RandomTable& table, std::size_t width) {
  const auto values = random.reals(table.slot_count * width, -1, 1);
  std::vector<Expected> expected(table.points * width);
  for (std::size_t j = 0; j < table.slots.size(); ++j) {
    for (std::size_t l = 0; l < width; ++l) {
      expected[j / table.rows * width + l].add_product(table.slice[j], values[table.slots[j] * width + l]);
    }
  }
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    std::vector<float> out(expected.size(), 7.0F);
    use.slice_rows(table.view(), values.data(), width, out.data());
    check_near(isa + describe({table.rows, table.points, width}), out, expected);
  });
}

}  // namespace

TEST("splat_rows adds every point to its vertices and leaves the padding alone") {
  Random random(36);
  for (const std::size_t rows : kRows) {
    for (const std::size_t points : kCounts) {
      const RandomTable table(random, rows, points);
      check_splat(random, table, 1, 1);
      for (const std::size_t labels : {1U, 2U, 7U, 8U, 9U, 21U, 40U, 150U}) {
        check_splat(random, table, labels, padded(labels));
      }
    }
  }
}

TEST("slice_rows gives every point the weighted sum of its vertices") {
  Random random(37);
  for (const std::size_t rows : kRows) {
    for (const std::size_t points : kCounts) {
      const RandomTable table(random, rows, points);
      for (const std::size_t width : kWidths) check_slice(random, table, width);
    }
  }
}

}  // namespace densecrf::oracle
