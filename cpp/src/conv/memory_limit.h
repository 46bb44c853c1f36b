#pragma once
// What a plan may take.
#include <algorithm>
#include <cstddef>

#include "densecrf/conv.h"

namespace densecrf {

/// In bytes.
struct MemoryLimit {
  std::size_t wanted;  ///< a faster algorithm, or scratch for one thread more, must stay within this
  std::size_t most;    ///< no plan takes more
};

/// Floats of a convolution's input and output together.
[[nodiscard]] inline std::size_t pictures_of(const ConvShape& s) noexcept {
  return s.input.batch *
         (s.input.height * s.input.width * s.input.channels + s.out_height * s.out_width * s.out_channels);
}

/// PlanOptions::max_bytes, or what stands there as its default.
/// @param weights   floats of all filters
/// @param pictures  floats of input and output together
[[nodiscard]] inline MemoryLimit limit_of(const PlanOptions& options, std::size_t weights,
                                          std::size_t pictures) noexcept {
  constexpr std::size_t kTimes = 8, kLeast = std::size_t{4} << 20;
  if (options.max_bytes != 0) return {options.max_bytes, options.max_bytes};
  const std::size_t wanted = std::max(kTimes * weights * sizeof(float), kLeast);
  return {wanted, wanted + pictures * sizeof(float)};
}

}  // namespace densecrf
