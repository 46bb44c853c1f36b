#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("pack_rows leaves the padding out and writes nothing behind the rows") {
  Random random(41);
  for (const std::size_t labels : label_counts()) {
    for (const std::size_t stride : {labels, padded(labels), padded(labels) + 8}) {
      for (const std::size_t count : kCounts) {
        const auto rows = random.reals(count * stride, -1, 1);
        std::vector<float> expected;
        for (std::size_t i = 0; i < count; ++i) {
          const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * stride);
          expected.insert(expected.end(), row, row + static_cast<std::ptrdiff_t>(labels));
        }
        expected.push_back(42);
        on_every_isa([&](const Kernels& use, const std::string&) {
          std::vector<float> out(count * labels + 1, 42);
          use.pack_rows(rows.data(), labels, stride, count, out.data());
          CHECK_EQ(out, expected);
        });
      }
    }
  }
}

}  // namespace densecrf::oracle
