#pragma once
// Least and greatest of a row in memory, of any length.
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

template <class V>
inline V least(V a, V b) noexcept {
  return a < b ? a : b;
}

/// The least of row[0 .. count), count >= Lanes: the last register overlaps the one before, which changes
/// nothing.
template <std::size_t Lanes>
inline float least_of(const float* row, std::size_t count, float sign) noexcept {
  using V = FloatVec<Lanes>;
  V low = load<V>(row + count - Lanes) * sign;
  for (std::size_t i = 0; i + Lanes <= count; i += Lanes) low = least<V>(low, load<V>(row + i) * sign);
  float result = low[0];
  for (std::size_t i = 1; i < Lanes; ++i) result = low[i] < result ? low[i] : result;
  return result;
}

/// The least of sign * row[0 .. count).
inline float least_of(const float* row, std::size_t count, float sign = 1) noexcept {
  if (count >= 4) return least_of<4>(row, count, sign);
  float low = row[0] * sign;
  for (std::size_t i = 1; i < count; ++i) low = row[i] * sign < low ? row[i] * sign : low;
  return low;
}

}  // namespace densecrf::DENSECRF_ISA
