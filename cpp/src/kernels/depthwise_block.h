#pragma once
// Pieces that the depthwise kernels share.
#include <utility>

#include "kernels/depthwise.h"
#include "simd/unroll.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// The next channels of an input pixel, each as often as it has output channels: 1, 2 or 4 times.
template <std::size_t Copies, std::size_t Lanes = kLanes>
[[gnu::always_inline]] inline FloatVec<Lanes> spread(const float* from) noexcept {
  if constexpr (Copies == 1) {
    return load<FloatVec<Lanes>>(from);
  } else if constexpr (Copies == Lanes) {
    return splat<FloatVec<Lanes>>(*from);
  } else {
    const auto half = spread<Copies / 2, Lanes / 2>(from);
    return [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
      return __builtin_shufflevector(half, half, I / 2 ...);
    }(std::make_integer_sequence<int, static_cast<int>(Lanes)>());
  }
}

/// body(c) for the first channel of each register; the last one overlaps the one before. At least as many
/// channels as lanes.
template <class Body>
[[gnu::always_inline]] inline void for_registers(std::size_t channels, Body body) noexcept {
  for (std::size_t c = 0; c < channels; c += kLanes) body(c + kLanes <= channels ? c : channels - kLanes);
}

/// A run on a line: where its columns begin, at the first tap row inside the picture, and how many rows.
struct RunPlace {
  [[gnu::always_inline]] RunPlace(const DepthwisePass& pass, const DepthwiseLine& line,
                                  const DepthwiseRun& run) noexcept
      : from(pass.input + line.input + run.input + static_cast<std::ptrdiff_t>(line.first) * pass.row_step),
        tap(line.first * pass.width * pass.weight_step),
        output((line.output + run.output) * pass.pixel_step),
        rows(run.first == run.last ? 0 : line.last - line.first) {}
  const float* from;
  std::size_t tap, output, rows;
};

/// Whether column `j` of a run is outside. Every output of a run has a column inside (or none has), so only
/// the first and the last Width - 1 can be.
template <std::size_t Width, std::size_t Columns>
[[gnu::always_inline]] inline bool is_outside(std::size_t j, std::size_t first, std::size_t last) noexcept {
  return (j + 1 < Width && j < first) || (j + Width > Columns && j >= last);
}

/// The function of a family for a pass and so many outputs: Family<Outputs, Width, Shift, Copies>::run.
template <template <std::size_t, std::size_t, std::size_t, std::size_t> class Family>
class RunTable {
 public:
  static auto find(const DepthwisePass& pass, std::size_t outputs) noexcept {
    if (pass.width == 1) return of<1, 1, 1>(outputs);
    if (pass.width == 7) return pass.shift == 1 ? of<7, 1, 1>(outputs) : of<7, 2, 1>(outputs);
    if (pass.width == 3) return pass.shift == 1 ? of<3, 1>(pass, outputs) : of<3, 2>(pass, outputs);
    return pass.shift == 1 ? of<5, 1>(pass, outputs) : of<5, 2>(pass, outputs);
  }

 private:
  using Run = decltype(&Family<1, 3, 1, 1>::run);

  template <std::size_t Width, std::size_t Shift>
  static Run of(const DepthwisePass& pass, std::size_t outputs) noexcept {
    if (pass.multiplier == 1) return of<Width, Shift, 1>(outputs);
    return pass.multiplier == 2 ? of<Width, Shift, 2>(outputs) : of<Width, Shift, 4>(outputs);
  }
  template <std::size_t Width, std::size_t Shift, std::size_t Copies>
  static Run of(std::size_t outputs) noexcept {
    Run found = nullptr;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((outputs == I + 1 ? void(found = Family<I + 1, Width, Shift, Copies>::run) : void()), ...);
    }(std::make_index_sequence<depthwise_outputs(Width, Shift, Copies)>());
    return found;
  }
};

}  // namespace densecrf::DENSECRF_ISA
