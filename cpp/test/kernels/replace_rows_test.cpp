#include <limits>

#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("replace_rows puts rows in the place of others and says how far the farthest number has moved") {
  Random random(59);
  for (const std::size_t labels : label_counts()) {
    for (const std::size_t stride : {labels, padded(labels), padded(labels) + 8}) {
      for (const std::size_t count : kCounts) {
        const auto rows = random.reals(count * stride, -1, 1);
        const auto before = random.reals(count * labels, -1, 1);
        std::vector<float> expected;
        float change = 0;
        for (std::size_t i = 0; i < count * labels; ++i) {
          expected.push_back(rows[i / labels * stride + i % labels]);
          change = std::max(change, std::abs(expected[i] - before[i]));
        }
        expected.push_back(42);
        on_every_isa([&](const Kernels& use, const std::string&) {
          std::vector<float> out = before;
          out.push_back(42);
          float none = 3, most = 0;
          use.replace_rows(rows.data(), labels, stride, count, out.data(), &most);
          CHECK_EQ(out, expected);
          CHECK_EQ(most, change);
          use.replace_rows(rows.data(), labels, stride, count, out.data(), &none);
          CHECK_EQ(none, 3.0F);
        });
      }
    }
  }
}

TEST("replace_rows finds the one number that moved, wherever it lies") {
  for (const std::size_t labels : {2, 3, 7, 21, 64, 67}) {
    for (std::size_t at = 0; at < 3 * labels; ++at) {
      const std::size_t stride = padded(labels);
      std::vector<float> rows(3 * stride);
      rows[at / labels * stride + at % labels] = at % 2 == 0 ? 0.5F : -0.5F;
      on_every_isa([&](const Kernels& use, const std::string&) {
        std::vector<float> out(3 * labels);
        float change = 0;
        use.replace_rows(rows.data(), labels, stride, 3, out.data(), &change);
        CHECK_EQ(change, 0.5F);
      });
    }
  }
}

TEST("replace_rows counts what is not a number as no change") {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t labels : {2, 3, 21, 64, 67}) {
    for (const std::size_t stride : {labels, padded(labels) + 8}) {
      for (std::size_t at = 0; at < 2 * labels; ++at) {
        std::vector<float> rows(2 * stride, 0.25F);
        rows[at / labels * stride + at % labels] = kNone;
        on_every_isa([&](const Kernels& use, const std::string&) {
          std::vector<float> out(2 * labels);
          float change = 0;
          use.replace_rows(rows.data(), labels, stride, 2, out.data(), &change);
          CHECK_EQ(change, 0.25F);
          use.replace_rows(rows.data(), labels, stride, 2, out.data(), &change);
          CHECK_EQ(change, 0.25F);
        });
      }
    }
  }
}

}  // namespace densecrf::oracle
