#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("outer_rows adds up outer products of pairs of rows") {
  Random random(43);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    const std::size_t lanes = isa == "avx512" ? 16 : isa == "avx2" ? 8 : 4;
    for (const std::size_t width : {lanes, 2 * lanes, 3 * lanes, 4 * lanes}) {
      for (const std::size_t rows : {1, 2, 3, 5, 6, 7, 11, 12, 13, 24, 25, 126}) {
        for (const std::size_t count : {0, 1, 2, 9, 64}) {
          const auto left = random.reals((count + 1) * (rows + 3), -1, 1),
                     right = random.reals((count + 1) * (width + 5), -1, 1);
          std::vector<std::int32_t> left_offsets(count), right_offsets(count);
          for (auto& x : left_offsets) x = static_cast<std::int32_t>(random.integer(0, left.size() - rows));
          for (auto& x : right_offsets)
            x = static_cast<std::int32_t>(random.integer(0, right.size() - width));
          for (const bool first : {true, false}) {
            auto sums = random.reals(rows * width, -1, 1);
            std::vector<Expected> expected(sums.size());
            for (std::size_t k = 0; k < sums.size(); ++k) {
              if (!first) expected[k].add(static_cast<double>(sums[k]));
              for (std::size_t p = 0; p < count; ++p) {
                expected[k].add_product(left[static_cast<std::size_t>(left_offsets[p]) + k / width],
                                        right[static_cast<std::size_t>(right_offsets[p]) + k % width]);
              }
            }
            use.outer_rows({left.data(), left_offsets.data(), rows, right.data(), right_offsets.data(), width,
                            count, sums.data(), first});
            check_near(isa + describe({width, rows, count}), sums, expected);
          }
        }
      }
    }
  });
}

}  // namespace densecrf::oracle
