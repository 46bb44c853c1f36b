#pragma once
// Convolutions: dense, depthwise and separable, with any strides and dilations, and their gradients.
#include <cstddef>
#include <span>

#include "densecrf/image_shape.h"
#include "densecrf/layer.h"

namespace densecrf {

/// Where the taps of a convolution lie. Output pixel (y, x) reads, through tap (i, j), input pixel
/// (y stride_y + i dilation_y - pad_top, x stride_x + j dilation_x - pad_left), 0 where that is outside.
/// The caller makes sure that every product of sizes stays below 2^31.
struct ConvShape {
  ImageShape input;
  std::size_t out_height, out_width, out_channels;
  std::size_t kernel_height, kernel_width;
  std::size_t stride_y = 1, stride_x = 1;
  std::size_t dilation_y = 1, dilation_x = 1;
  std::size_t pad_top = 0, pad_left = 0;
};

/// @param filter [kernel_height, kernel_width, input.channels, out_channels]
[[nodiscard]] PlanResult plan_conv2d(const ConvShape& shape, std::span<const float> filter,
                                     const Epilogue& epilogue, const PlanOptions& options) noexcept;

/// Gradient of conv2d by its input: run() takes [batch, out_height, out_width, out_channels] and gives
/// [batch, input.height, input.width, input.channels].
[[nodiscard]] PlanResult plan_conv2d_input_gradient(const ConvShape& shape, std::span<const float> filter,
                                                    const PlanOptions& options) noexcept;

/// Gradient of conv2d by its filter.
/// @param gradient [kernel_height, kernel_width, input.channels, out_channels] receives the result
[[nodiscard]] Status conv2d_filter_gradient(const ConvShape& shape, std::span<const float> input,
                                            std::span<const float> out_gradient, std::span<float> gradient,
                                            const RunControl& control) noexcept;

/// shape.out_channels is a multiple m of input.channels: output channel c m + q is made from input channel c.
/// @param filter [kernel_height, kernel_width, input.channels, m]
[[nodiscard]] PlanResult plan_depthwise(const ConvShape& shape, std::span<const float> filter,
                                        const Epilogue& epilogue, const PlanOptions& options) noexcept;
[[nodiscard]] PlanResult plan_depthwise_input_gradient(const ConvShape& shape, std::span<const float> filter,
                                                       const PlanOptions& options) noexcept;
[[nodiscard]] Status depthwise_filter_gradient(const ConvShape& shape, std::span<const float> input,
                                               std::span<const float> out_gradient, std::span<float> gradient,
                                               const RunControl& control) noexcept;

/// A depthwise convolution and, on its result, a 1x1 convolution to `out_channels`; the intermediate is never
/// stored whole.
/// @param depthwise shape of the first; its out_channels is a multiple of its input's
/// @param middle    what follows the depthwise half
/// @param pointwise [depthwise.out_channels, out_channels]
[[nodiscard]] PlanResult plan_separable(const ConvShape& depthwise, std::span<const float> filter,
                                        const Epilogue& middle, std::size_t out_channels,
                                        std::span<const float> pointwise, const Epilogue& epilogue,
                                        const PlanOptions& options) noexcept;

}  // namespace densecrf
