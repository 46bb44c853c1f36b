#include <limits>

#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<double> softmax(const float* row, std::size_t length) {
  const double top = *std::max_element(row, row + length);
  std::vector<double> out(length);
  double sum = 0;
  for (std::size_t i = 0; i < length; ++i) sum += out[i] = std::exp(static_cast<double>(row[i]) - top);
  for (double& x : out) x /= sum;
  return out;
}

}  // namespace

TEST("softmax_rows agrees with double precision") {
  Random random(41);
  for (const std::size_t length : label_counts()) {
    for (const std::size_t count : {0, 1, 15, 16, 17, 50}) {
      auto rows = random.reals(length * count, -20, 20);
      for (std::size_t i = 0; i < rows.size(); i += 7) rows[i] = -kInfinity;
      for (std::size_t i = 0; i < count; ++i) rows[i * length + i % length] = 1000;
      if (count > 3) std::fill_n(&rows[2 * length], length, -3e38F);
      on_every_isa([&](const Kernels& use, const std::string&) {
        std::vector<float> out(rows.size(), 7);
        use.softmax_rows(rows.data(), length, count, out.data());
        for (std::size_t i = 0; i < count; ++i) {
          const auto expected = softmax(&rows[i * length], length);
          for (std::size_t j = 0; j < length; ++j) {
            CHECK_CLOSE(out[i * length + j], expected[j], 1e-6 * expected[j] + 1e-34);
          }
        }
      });
    }
  }
}

TEST("softmax_rows of a row without a finite greatest is NaN, and of its neighbours is not") {
  for (const std::size_t length : {1, 3, 5, 16, 21, 40}) {
    for (const float bad : {kNan, kInfinity}) {
      for (std::size_t at = 0; at < length; ++at) {
        std::vector<float> rows(3 * length, 1), out(3 * length);
        rows[length + at] = bad;
        on_every_isa([&](const Kernels& use, const std::string&) {
          use.softmax_rows(rows.data(), length, 3, out.data());
          for (std::size_t i = 0; i < rows.size(); ++i) CHECK_EQ(std::isnan(out[i]), i / length == 1);
        });
      }
    }
  }
}

TEST("argmax_with_nan does what a loop over all does") {
  Random random(42);
  for (const std::size_t length : label_counts()) {
    const std::size_t count = 60;
    std::vector<float> rows(length * count);
    for (float& x : rows) {
      const std::size_t kind = random.integer(0, 9);
      x = kind == 0 ? kNan : kind == 1 ? -kInfinity : static_cast<float>(random.integer(0, 5)) - 3;
    }
    std::fill_n(&rows[length], length, -kInfinity);
    std::fill_n(&rows[2 * length], length, kNan);
    std::vector<std::int32_t> expected(count);
    for (std::size_t i = 0; i < count; ++i) {
      float top = rows[i * length];
      for (std::size_t j = 1; j < length; ++j) {
        if (rows[i * length + j] > top)
          top = rows[i * length + j], expected[i] = static_cast<std::int32_t>(j);
      }
    }
    on_every_isa([&](const Kernels& use, const std::string&) {
      std::vector<std::int32_t> out(count, -1);
      use.argmax_with_nan(rows.data(), length, count, out.data());
      CHECK_EQ(out, expected);
    });
  }
}

}  // namespace densecrf::oracle
