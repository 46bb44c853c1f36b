#include "kernels/mean_field_case.h"

namespace densecrf::oracle {
namespace {

/// The same two labels for the general oracle: D = Q0 - Q1 moves label 0 by its message and label 1 not at
/// all.
std::vector<Expected> probabilities(const MeanFieldCase& of, std::size_t point, bool slice) {
  std::vector<Expected> logits(2);
  logits[0].add_product(of.unary[2 * point], 1);
  logits[0].add(-static_cast<double>(of.unary[2 * point + 1]));
  for (std::size_t j = point * of.table.rows; slice && j < (point + 1) * of.table.rows; ++j) {
    logits[0].add_product(of.table.slice[j], of.values[of.table.slots[j]]);
  }
  return softmax(logits);
}

void check_case(const MeanFieldCase& of, bool slice) {
  std::vector<Expected> expected, expected_sums(of.sums.size());
  for (std::size_t i = 0; i < of.sums.size(); ++i) expected_sums[i].add(static_cast<double>(of.sums[i]));
  for (std::size_t p = 0; p < of.table.points; ++p) {
    const auto q = probabilities(of, p, slice);
    expected.insert(expected.end(), q.begin(), q.end());
    for (std::size_t j = p * of.table.rows; j < (p + 1) * of.table.rows; ++j) {
      const auto weight = static_cast<double>(of.table.splat[j]);
      const double error = q[0].bound() + q[1].bound() + kRounding;
      expected_sums[of.table.slots[j]].add(weight * (q[0].value - q[1].value), weight * error);
    }
  }
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    const std::string which = isa + describe({of.table.rows, of.table.points});
    std::vector<float> sums = of.sums, q(expected.size(), 7.0F), scratch(1), none;
    use.mean_field_binary(of.tile(slice, sums, q, scratch));
    check_near(which + " Q", q, expected);
    check_near(which + " sums", sums, expected_sums);
    std::vector<float> sums_alone = of.sums, q_alone(q.size());
    use.mean_field_binary(of.tile(slice, sums_alone, none, scratch));
    use.mean_field_binary(of.tile(slice, none, q_alone, scratch));
    CHECK(sums_alone == sums);
    CHECK(q_alone == q);
  });
}

}  // namespace

TEST("mean_field_binary is the softmax of two labels and splats their difference") {
  Random random(44);
  for (const std::size_t rows : kRows) {
    for (const std::size_t points : kCounts) {
      const MeanFieldCase of(random, RandomTable(random, rows, points), 2, 1);
      check_case(of, true);
      check_case(of, false);
    }
  }
}

TEST("mean_field_binary takes logits of any size, equal ones give exact halves") {
  Random random(45);
  constexpr float kLevels[] = {0, -200, 200, -1e4F, 1e4F, 80, -80, 3};
  MeanFieldCase of(random, RandomTable(random, 6, 64), 2, 1);
  for (std::size_t i = 0; i < 128; ++i) of.unary[i] = kLevels[i % 2 == 0 ? i / 2 % 8 : i / 16];
  check_case(of, true);
  check_case(of, false);
  on_every_isa([&](const Kernels& use, const std::string&) {
    std::vector<float> q(128), scratch(1), none;
    use.mean_field_binary(of.tile(false, none, q, scratch));
    for (std::size_t i = 0; i < 128; i += 2) CHECK(of.unary[i] != of.unary[i + 1] || q[i] == 0.5F);
  });
}

}  // namespace densecrf::oracle
