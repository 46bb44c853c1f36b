#pragma once
// Shapes of the layers that networks have.
#include <cstddef>

#include "densecrf/conv.h"

namespace densecrf::bench {

/// Same padding, any rate and stride.
[[nodiscard]] constexpr ConvShape same(std::size_t size, std::size_t channels, std::size_t out_channels,
                                       std::size_t kernel, std::size_t dilation = 1, std::size_t stride = 1) {
  const std::size_t out = (size + stride - 1) / stride, extent = (kernel - 1) * dilation + 1;
  const std::size_t covered = (out - 1) * stride + extent, pad = covered > size ? (covered - size) / 2 : 0;
  return {{1, size, size, channels},
          out,
          out,
          out_channels,
          kernel,
          kernel,
          stride,
          stride,
          dilation,
          dilation,
          pad,
          pad};
}

}  // namespace densecrf::bench
