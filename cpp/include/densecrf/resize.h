#pragma once
// Bilinear resizing.
#include <cstddef>
#include <cstdint>
#include <span>

#include "densecrf/image_shape.h"
#include "densecrf/status.h"

namespace densecrf {

/// Where output pixel i of `out` looks in an input of `in` pixels: legacy i in/out; align corners
/// i (in-1)/(out-1); half-pixel centers (i + 1/2) in/out - 1/2.
enum class ResizeGrid : std::uint8_t { kLegacy, kAlignCorners, kHalfPixelCenters };

/// Bilinear resize of a channels-last batch.
/// Source: Jaderberg et al. 2015, eq. 5; the coordinate conventions are TensorFlow's.
/// @param input  [batch, height, width, channels]
/// @param output [batch, out_height, out_width, channels]; must not overlap input
[[nodiscard]] Status resize_bilinear(std::span<const float> input, const ImageShape& shape,
                                     std::size_t out_height, std::size_t out_width, ResizeGrid grid,
                                     std::span<float> output) noexcept;

/// Gradient of resize_bilinear by its input.
/// @param shape        the input's, as for resize_bilinear
/// @param out_gradient [batch, out_height, out_width, channels]
/// @param gradient     [batch, height, width, channels] receives the result; must not overlap out_gradient
[[nodiscard]] Status resize_bilinear_gradient(std::span<const float> out_gradient, const ImageShape& shape,
                                              std::size_t out_height, std::size_t out_width, ResizeGrid grid,
                                              std::span<float> gradient) noexcept;

}  // namespace densecrf
