#include "kernels/kernels.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {

// The greatest number of a row of at least as many floats as V has lanes; -infinity where there is none.
template <class V>
float greatest_of(const float* row, std::size_t length) noexcept {
  constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
  V top = splat<V>(-__builtin_inff());
  const auto take = [&](std::size_t i) {
    const V x = load<V>(row + i);
    top = x > top ? x : top;
  };
  for (std::size_t i = 0; i + kWidth < length; i += kWidth) take(i);
  take(length - kWidth);  // overlaps the one before, which changes nothing
  float greatest = top[0];
  for (std::size_t i = 1; i < kWidth; ++i) greatest = top[i] > greatest ? top[i] : greatest;
  return greatest;
}

float greatest_of_any(const float* row, std::size_t length) noexcept {
  if (length >= 8 * kLanes) return greatest_of<Vec>(row, length);
  return length >= 4 ? greatest_of<FloatVec<4>>(row, length) : greatest_of<FloatVec<1>>(row, length);
}

}  // namespace

// out[i] = the first index of the greatest of row i. NaN is never greater, and nothing is greater than a NaN
// that comes first.
void argmax_with_nan(const float* rows, std::size_t length, std::size_t count, std::int32_t* out) noexcept {
  for (std::size_t i = 0; i < count; ++i, rows += length) {
    const float top = rows[0] == rows[0] ? greatest_of_any(rows, length) : rows[0];
    std::size_t index = 0;
    while (top == top && rows[index] != top) ++index;
    out[i] = static_cast<std::int32_t>(index);
  }
}

}  // namespace densecrf::DENSECRF_ISA
