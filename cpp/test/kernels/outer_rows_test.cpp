#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("outer_rows adds up outer products of pairs of rows") {
  Random random(43);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    PanelShape panel{};
    use.panel_shape(panel);
    for (std::size_t width = panel.lanes; width <= panel.widest; width += panel.lanes) {
      for (const std::size_t rows : {1, 2, 3, 5, 6, 7, 11, 12, 13, 24, 25, 126}) {
        for (const std::size_t count : {0, 1, 2, 9, 64}) {
          const std::size_t stride = rows + count % 3;
          const auto left = random.reals((count + 2) * stride, -1, 1),
                     right = random.reals((count + 3) * width, -1, 1);
          std::vector<RowPair> pairs(count);
          for (RowPair& pair : pairs) {
            pair.left = static_cast<std::uint32_t>(random.integer(0, count + 1));
            pair.right = static_cast<std::uint32_t>(random.integer(0, count + 2));
          }
          for (const bool first : {true, false}) {
            auto sums = random.reals(rows * width, -1, 1);
            std::vector<Expected> expected(sums.size());
            for (std::size_t k = 0; k < sums.size(); ++k) {
              if (!first) expected[k].add(static_cast<double>(sums[k]));
              for (const RowPair& pair : pairs) {
                expected[k].add_product(left[pair.left * stride + k / width],
                                        right[pair.right * width + k % width]);
              }
            }
            use.outer_rows(
                {left.data(), stride, rows, right.data(), width, pairs.data(), count, sums.data(), first});
            check_near(isa + describe({width, rows, count}), sums, expected);
          }
        }
      }
    }
  });
}

}  // namespace densecrf::oracle
