#pragma once
// Depthwise convolution and its gradients in double precision, by the definition.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "conv/oracle.h"

namespace densecrf::oracle {

/// body(input index, output index, tap): each product of the definition, in units of pixels.
template <class Body>
void for_depthwise_products(const ConvShape& s, Body body) {
  for (std::size_t pixel = 0; pixel < out_pixels(s); ++pixel) {
    const std::size_t n = pixel / (s.out_height * s.out_width);
    const std::size_t y = pixel / s.out_width % s.out_height, x = pixel % s.out_width;
    for (std::size_t tap = 0; tap < s.kernel_height * s.kernel_width; ++tap) {
      // Below 0 wraps round to more than any size.
      const std::size_t row = y * s.stride_y + tap / s.kernel_width * s.dilation_y - s.pad_top;
      const std::size_t column = x * s.stride_x + tap % s.kernel_width * s.dilation_x - s.pad_left;
      if (row >= s.input.height || column >= s.input.width) continue;
      body((n * s.input.height + row) * s.input.width + column, pixel, tap);
    }
  }
}

/// A random depthwise layer with numbers, and the gradient of some loss by its output.
struct RandomDepthwise {
  ConvShape shape;
  std::size_t multiplier;
  std::vector<float> input, filter, bias, slopes, out_gradient;
  Activation activation;

  RandomDepthwise(Random& random, const ConvShape& of, std::size_t times, Activation with)
      : shape(of), multiplier(times), activation(with) {
    shape.out_channels = shape.input.channels * multiplier;
    const std::size_t taps = shape.kernel_height * shape.kernel_width;
    input = normal_floats(random, input_length(shape), 1);
    filter = normal_floats(random, taps * shape.out_channels, 1 / std::sqrt(static_cast<double>(taps)));
    bias = normal_floats(random, shape.out_channels, 0.3);
    slopes = random.reals(shape.out_channels, -1, 1);
    out_gradient = normal_floats(random, out_pixels(shape) * shape.out_channels, 1);
  }
  [[nodiscard]] Epilogue epilogue() const { return {bias, activation, 0.3F, slopes}; }

  /// body(input index, output index, filter index)
  template <class Body>
  void for_products(Body body) const {
    const std::size_t channels = shape.out_channels;
    for_depthwise_products(shape, [&](std::size_t in, std::size_t out, std::size_t tap) {
      for (std::size_t c = 0; c < channels; ++c) {
        body(in * shape.input.channels + c / multiplier, out * channels + c, tap * channels + c);
      }
    });
  }
  [[nodiscard]] std::vector<double> output() const {
    std::vector<double> out(out_gradient.size());
    for_products([&](std::size_t i, std::size_t o, std::size_t w) {
      out[o] += static_cast<double>(input[i]) * static_cast<double>(filter[w]);
    });
    for (std::size_t o = 0; o < out.size(); ++o)
      out[o] = activated(out[o], epilogue(), o % shape.out_channels);
    return out;
  }
  [[nodiscard]] std::vector<double> input_gradient() const {
    std::vector<double> out(input.size());
    for_products([&](std::size_t i, std::size_t o, std::size_t w) {
      out[i] += static_cast<double>(out_gradient[o]) * static_cast<double>(filter[w]);
    });
    return out;
  }
  [[nodiscard]] std::vector<double> filter_gradient() const {
    std::vector<double> out(filter.size());
    for_products([&](std::size_t i, std::size_t o, std::size_t w) {
      out[w] += static_cast<double>(out_gradient[o]) * static_cast<double>(input[i]);
    });
    return out;
  }
};

/// Odd everything, with at most `most` products.
inline RandomDepthwise random_depthwise(Random& random, double most) {
  constexpr Activation kAll[] = {Activation::kNone, Activation::kRelu,    Activation::kRelu6,
                                 Activation::kElu,  Activation::kSigmoid, Activation::kLeakyRelu,
                                 Activation::kPrelu};
  ConvLimits limits;
  limits.max_products = 1e12;
  for (;;) {
    ConvShape shape = random_conv(random, limits);
    // The sizes with kernels of their own come often.
    if (random.integer(0, 2) != 0) shape.stride_x = shape.stride_y;
    const std::size_t multiplier = random.integer(0, 1) == 0 ? 1 : random.integer(1, 4);
    const auto products = static_cast<double>(out_pixels(shape)) * static_cast<double>(shape.input.channels) *
                          static_cast<double>(shape.kernel_height * shape.kernel_width * multiplier);
    if (products <= most) return {random, shape, multiplier, kAll[random.integer(0, 6)]};
  }
}

}  // namespace densecrf::oracle
