#pragma once
// Small one-dimensional correlations of 3 taps with few multiplications: y = C ((B w) * (A x)), product by
// product. Two-dimensional ones are their tensor products.
#include <cstddef>
#include <cstdint>

namespace densecrf::winograd {

/// Alone: samples beyond the outputs' own are 0, so that there are as many inputs as outputs. The others take
/// two inputs more than they give outputs.
enum class Form : std::uint8_t { kTap, kAlone1, kAlone2, kAlone3, kAlone5, kToom2, kToom3, kToom4 };

inline constexpr std::size_t kForms = 8, kMaxOutputs = 5, kMaxInputs = 6, kMaxProducts = 7;

struct Scheme {
  std::size_t outputs, inputs, products;
  double input[kMaxProducts][kMaxInputs];    ///< A
  double filter[kMaxProducts][3];            ///< B
  double output[kMaxOutputs][kMaxProducts];  ///< C

  /// Which of the samples that output 0's first tap begins is input 0.
  [[nodiscard]] constexpr std::size_t first() const noexcept { return inputs == outputs ? 1 : 0; }
};

// Toom-Cook: both factors evaluated at points, infinity last (Winograd 1980; Lavin & Gray 2016). The points
// are nested: F(2) uses those of F(4) but two, so that all three share weights, which are scaled for F(4).
inline constexpr double kPoints[] = {0, 1, -1, 0.5, -2};

consteval double power(double base, std::size_t exponent) {
  double result = 1;
  for (std::size_t i = 0; i < exponent; ++i) result *= base;
  return result;
}

/// The product of point j's distances from the other ones among the first `count`.
consteval double distances(std::size_t j, std::size_t count) {
  double result = 1;
  for (std::size_t i = 0; i < count; ++i) result *= i == j ? 1 : kPoints[j] - kPoints[i];
  return result;
}

consteval Scheme toom_cook(std::size_t outputs) {
  Scheme s{outputs, outputs + 2, outputs + 2, {}, {}, {}};
  const std::size_t finite = outputs + 1;
  // The transpose of interpolation: row j of A is the polynomial that vanishes at all other finite points;
  // that of infinity vanishes at all of them.
  for (std::size_t j = 0; j <= finite; ++j) {
    double* row = s.input[j];
    row[0] = j == finite ? 1 : distances(j, 5) / distances(j, finite);
    std::size_t degree = 0;
    for (std::size_t i = 0; i < finite; ++i) {
      if (i == j) continue;
      ++degree;
      for (std::size_t k = degree; k > 0; --k) row[k] = row[k - 1] - kPoints[i] * row[k];
      row[0] *= -kPoints[i];
    }
    for (std::size_t k = 0; k < 3; ++k)
      s.filter[j][k] = j == finite ? (k == 2 ? 1.0 : 0.0) : power(kPoints[j], k) / distances(j, 5);
    for (std::size_t k = 0; k < outputs; ++k)
      s.output[k][j] = j == finite ? (k + 1 == outputs ? 1.0 : 0.0) : power(kPoints[j], k);
  }
  return s;
}

// sqrt(7/10)
inline constexpr double kRoot = 0.83666002653407554798;

// Between zeros there are other schemes than Toom-Cook's, with smaller numbers: docs/convolution.md.
constexpr Scheme kSchemes[kForms] = {
    {1, 3, 3, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, {{1, 1, 1}}},
    {1, 1, 1, {{1}}, {{0, 1, 0}}, {{1}}},
    // Karatsuba
    {2, 2, 3, {{1, 1}, {0, 1}, {1, 0}}, {{0, 1, 0}, {0, -1, 1}, {1, -1, 0}}, {{1, 1, 0}, {1, 0, 1}}},
    {3,
     3,
     4,
     {{1, 1.5, 1}, {-1, 1.5, -1}, {1, 0.5, -1}, {-1, 0.5, 1}},
     {{1. / 6, 0.25, 1. / 6}, {-1. / 6, 0.25, -1. / 6}, {-0.5, 0.25, 0.5}, {0.5, 0.25, -0.5}},
     {{1, -1, 1, -1}, {1.5, 1.5, -0.5, -0.5}, {1, -1, -1, 1}}},
    {5,
     5,
     7,
     {{-0.5, 1, -0.5, -0.5, 1},
      {1, -0.5, -0.5, 1, -0.5},
      {-0.5, -1, -0.5, 0.5, 1},
      {1, 0.5, -0.5, -1, -0.5},
      {0.4, -kRoot, 1, -kRoot, 0.4},
      {1, 0, -1, 0, 1},
      {0.4, kRoot, 1, kRoot, 0.4}},
     {{-2. / 9, -2. / 9, 4. / 9},
      {4. / 9, -2. / 9, -2. / 9},
      {-2. / 9, 2. / 9, 4. / 9},
      {4. / 9, 2. / 9, -2. / 9},
      {-25. / 63 * kRoot, 25. / 63, -25. / 63 * kRoot},
      {0, 1, 0},
      {25. / 63 * kRoot, 25. / 63, 25. / 63 * kRoot}},
     {{1, -0.5, -1, 0.5, 0.4, 3. / 7, 0.4},
      {-0.5, 1, -0.5, 1, -kRoot, 0, kRoot},
      {-0.5, -0.5, 0.5, 0.5, 1, -3. / 7, 1},
      {1, -0.5, 1, -0.5, -kRoot, 0, kRoot},
      {-0.5, 1, 0.5, -1, 0.4, 3. / 7, 0.4}}},
    toom_cook(2),
    toom_cook(3),
    toom_cook(4)};

[[maybe_unused]] static constexpr const Scheme& scheme(Form form) noexcept {
  return kSchemes[static_cast<std::size_t>(form)];
}

}  // namespace densecrf::winograd
