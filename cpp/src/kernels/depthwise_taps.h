#pragma once
// Depthwise convolutions of any kernel: one output after the other, tap by tap.
#include "kernels/depthwise.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// The input channels that output channels c, c + 1, ... are made from.
template <class V, bool Repeated>
class InputChannels {
 public:
  [[gnu::always_inline]] InputChannels(std::size_t c, std::size_t multiplier) noexcept {
    if constexpr (Repeated) {
      for (std::size_t i = 0; i < kCount; ++i) at_[i] = static_cast<std::int32_t>((c + i) / multiplier);
    } else {
      at_[0] = static_cast<std::int32_t>(c);
    }
  }
  [[gnu::always_inline]] V of(const float* pixel) const noexcept {
    if constexpr (!Repeated) return load<V>(pixel + at_[0]);
    float values[kCount];
    for (std::size_t i = 0; i < kCount; ++i) values[i] = pixel[at_[i]];
    return load<V>(values);
  }

 private:
  static constexpr std::size_t kCount = sizeof(V) / sizeof(float);
  std::int32_t at_[Repeated ? kCount : 1];
};

/// One output of a run on a line.
struct TapPlace {
  [[gnu::always_inline]] TapPlace(const DepthwisePass& pass, const DepthwiseLine& line,
                                  const DepthwiseRun& run, std::size_t index) noexcept
      : from(pass.input + line.input + run.input),
        output((line.output + run.output + index * pass.run_step) * pass.pixel_step) {
    const std::size_t column = index * pass.shift;
    from += static_cast<std::ptrdiff_t>(column) * pass.column_step;
    first = run.first > column ? run.first - column : 0;
    last = run.last > column ? run.last - column : 0;
    last = last < pass.width ? last : pass.width;
  }
  const float* from;  ///< what tap (0, 0) reads
  std::size_t output;
  std::size_t first, last;  ///< tap columns inside the picture
};

/// body(pixel, tap): what it reads and where it is in [tap rows, width, weight_step], for each tap inside.
template <class Body>
[[gnu::always_inline]] inline void for_taps(const DepthwisePass& pass, const DepthwiseLine& line,
                                            const TapPlace& place, Body body) noexcept {
  for (std::size_t k = line.first; k < line.last; ++k) {
    const float* const row = place.from + static_cast<std::ptrdiff_t>(k) * pass.row_step;
    for (std::size_t j = place.first; j < place.last; ++j) {
      body(row + static_cast<std::ptrdiff_t>(j) * pass.column_step, (k * pass.width + j) * pass.weight_step);
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
