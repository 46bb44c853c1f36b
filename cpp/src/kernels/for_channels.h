#pragma once
// Calls a kernel body for all channels of a pixel, a few registers at a time.
#include <cstddef>

#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// How many rows ahead are fetched where their order is known only to us.
inline constexpr std::size_t kRowsAhead = 8;

/// body.template operator()<V, Count>(first): V is the register, Count how many stand side by side. The last
/// call may overlap the one before, so what a body stores must not depend on what it overwrites.
template <class Body>
[[gnu::always_inline]] inline void for_channels(std::size_t channels, Body body) noexcept {
  constexpr std::size_t kMany = 4;
  std::size_t at = 0;
  for (; at + kMany * kLanes <= channels; at += kMany * kLanes) body.template operator()<Vec, kMany>(at);
  for (; at + kLanes <= channels; at += kLanes) body.template operator()<Vec, 1>(at);
  if (at == channels) return;
  if (channels >= kLanes) return body.template operator()<Vec, 1>(channels - kLanes);
  if constexpr (kLanes == 16) {
    if (channels >= 8) {
      body.template operator()<FloatVec<8>, 1>(0);
      return body.template operator()<FloatVec<8>, 1>(channels - 8);
    }
  }
  if constexpr (kLanes >= 8) {
    if (channels >= 4) {
      body.template operator()<FloatVec<4>, 1>(0);
      return body.template operator()<FloatVec<4>, 1>(channels - 4);
    }
  }
  for (; at < channels; ++at) body.template operator()<FloatVec<1>, 1>(at);
}

}  // namespace densecrf::DENSECRF_ISA
