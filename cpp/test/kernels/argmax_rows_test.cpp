#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("argmax_rows gives the first greatest label and never looks at the padding") {
  Random random(39);
  for (const std::size_t labels : label_counts()) {
    for (const std::size_t stride : {labels, padded(labels), padded(labels) + 8}) {
      for (const std::size_t count : kCounts) {
        // Few different values: most rows hold their maximum more than once.
        std::vector<float> rows(count * stride);
        for (float& x : rows) x = static_cast<float>(random.integer(0, 4)) / 4 - 0.75F;
        std::vector<std::int32_t> expected(count);
        for (std::size_t i = 0; i < count; ++i) {
          float* row = &rows[i * stride];
          if (i % 5 == 0) std::fill_n(row, labels, -3e38F);
          std::fill(row + labels, row + stride, 1e9F);
          expected[i] = static_cast<std::int32_t>(std::max_element(row, row + labels) - row);
        }
        on_every_isa([&](const Kernels& use, const std::string&) {
          std::vector<std::int32_t> out(count, -1);
          use.argmax_rows(rows.data(), labels, stride, count, out.data());
          CHECK_EQ(out, expected);
        });
      }
    }
  }
}

}  // namespace densecrf::oracle
