#pragma once
// Pooling over windows, and its gradients. Padding takes no part: neither as a maximum nor in a count.
#include <span>

#include "densecrf/conv.h"
#include "densecrf/status.h"

namespace densecrf {

// A window is described as a convolution's taps are; out_channels is input.channels.

/// The greatest of every window. NaN is never greater than anything; a window without a number is -infinity.
/// @param output [batch, out_height, out_width, channels]; must not overlap input, here and below
[[nodiscard]] Status max_pool(const ConvShape& shape, std::span<const float> input,
                              std::span<float> output) noexcept;

/// The mean of every window; of one that lies in the padding altogether 0.
[[nodiscard]] Status average_pool(const ConvShape& shape, std::span<const float> input,
                                  std::span<float> output) noexcept;

/// The mean of every channel over the whole picture.
/// @param output [batch, channels]
[[nodiscard]] Status global_average_pool(const ImageShape& shape, std::span<const float> input,
                                         std::span<float> output) noexcept;

/// Gradient of max_pool: each window's goes to its first greatest input.
/// @param out_gradient [batch, out_height, out_width, channels]
/// @param gradient     [batch, height, width, channels] receives the result
[[nodiscard]] Status max_pool_gradient(const ConvShape& shape, std::span<const float> input,
                                       std::span<const float> out_gradient,
                                       std::span<float> gradient) noexcept;

/// Gradient of average_pool.
[[nodiscard]] Status average_pool_gradient(const ConvShape& shape, std::span<const float> out_gradient,
                                           std::span<float> gradient) noexcept;

}  // namespace densecrf
