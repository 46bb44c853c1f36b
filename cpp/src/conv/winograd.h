#pragma once
// 3x3 convolutions of stride 1 and any dilation with fewer multiplications: docs/convolution.md,
// "Winograd on phase grids".
#include <cstddef>
#include <span>

#include "densecrf/conv.h"

namespace densecrf {

/// 3x3, strides 1; any dilations, padding and batch.
[[nodiscard]] bool winograd_fits(const ConvShape& shape) noexcept;

/// What a plan would do, for the choice between algorithms.
struct WinogradCost {
  double time;  ///< that of so many multiplications at full speed; infinite where make_winograd declines
  /// Multiplications of single numbers in one run, transforms not counted; direct convolution needs
  /// out_pixels * valid taps * channels * out_channels of them.
  double products;
  double weight_bytes;  ///< of packed weights that one run reads
  std::size_t bytes;    ///< of the plan: packed weights, tables and scratch
};

/// For a shape that winograd_fits.
[[nodiscard]] WinogradCost winograd_cost(const ConvShape& shape, const PlanOptions& options);

/// @param filter [3, 3, input.channels, out_channels]
/// @returns kTooLarge, without a plan, where the options' limit on memory allows none
[[nodiscard]] PlanResult make_winograd(const ConvShape& shape, std::span<const float> filter,
                                       const Epilogue& epilogue, const PlanOptions& options) noexcept;

}  // namespace densecrf
