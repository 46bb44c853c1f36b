#include "conv/oracle.h"

#include <sstream>

namespace densecrf::oracle {

double activated(double x, Activation activation, double slope) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return std::max(x, 0.0);
    case Activation::kRelu6:
      return std::clamp(x, 0.0, 6.0);
    case Activation::kElu:
      return x < 0 ? std::expm1(x) : x;
    case Activation::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::kLeakyRelu:
    case Activation::kPrelu:
      return x < 0 ? x * slope : x;
  }
  return x;
}

double activated(double x, const Epilogue& epilogue, std::size_t channel) {
  const bool own = epilogue.activation == Activation::kPrelu;
  const double bias = epilogue.bias.empty() ? 0 : static_cast<double>(epilogue.bias[channel]);
  return activated(x + bias, epilogue.activation,
                   static_cast<double>(own ? epilogue.slopes[channel] : epilogue.slope));
}

std::vector<double> conv2d_pixel(const ConvShape& shape, std::span<const float> input,
                                 std::span<const float> filter, const Epilogue& epilogue, std::size_t pixel) {
  const auto [batch, height, width, channels] = shape.input;
  const std::size_t n = pixel / (shape.out_height * shape.out_width);
  const std::size_t y = pixel / shape.out_width % shape.out_height, x = pixel % shape.out_width;
  std::vector<double> sums(shape.out_channels);
  for (std::size_t i = 0; i < shape.kernel_height; ++i) {
    for (std::size_t j = 0; j < shape.kernel_width; ++j) {
      // Below 0 wraps round to more than any size.
      const std::size_t row = y * shape.stride_y + i * shape.dilation_y - shape.pad_top;
      const std::size_t column = x * shape.stride_x + j * shape.dilation_x - shape.pad_left;
      if (row >= height || column >= width) continue;
      const float* const from = &input[((n * height + row) * width + column) * channels];
      const float* weights = &filter[(i * shape.kernel_width + j) * channels * shape.out_channels];
      for (std::size_t c = 0; c < channels; ++c) {
        for (double& sum : sums) sum += static_cast<double>(from[c]) * static_cast<double>(*weights++);
      }
    }
  }
  for (std::size_t c = 0; c < sums.size(); ++c) sums[c] = activated(sums[c], epilogue, c);
  return sums;
}

std::vector<double> conv2d(const ConvShape& shape, std::span<const float> input,
                           std::span<const float> filter, const Epilogue& epilogue) {
  std::vector<double> out;
  for (std::size_t pixel = 0; pixel < out_pixels(shape); ++pixel) {
    const auto one = conv2d_pixel(shape, input, filter, epilogue, pixel);
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}

namespace {

/// Mostly small, seldom up to the limit.
std::size_t skewed(Random& random, std::size_t limit) {
  const double part = random.real(0, 1);
  return 1 + static_cast<std::size_t>(part * part * static_cast<double>(limit - 1) + 0.5);
}

struct Axis {
  std::size_t size, out, kernel, stride, dilation, pad;
};

Axis random_axis(Random& random, const ConvLimits& limits) {
  Axis axis{};
  axis.size = random.integer(1, limits.max_size);
  axis.kernel = random.integer(1, limits.max_kernel);
  axis.stride = random.integer(1, limits.max_stride);
  axis.dilation = skewed(random, limits.max_dilation);
  const std::size_t extent = (axis.kernel - 1) * axis.dilation + 1;
  std::size_t padding = 0;
  switch (random.integer(0, 2)) {
    case 0:  // same
      axis.out = (axis.size + axis.stride - 1) / axis.stride;
      padding = std::max((axis.out - 1) * axis.stride + extent, axis.size) - axis.size;
      axis.pad = padding / 2;
      return axis;
    case 1:  // valid, where that leaves anything
      padding = extent > axis.size ? extent - axis.size : 0;
      axis.pad = random.integer(0, padding);
      break;
    default:
      axis.pad = random.integer(0, extent + 2);
      padding = axis.pad + random.integer(0, extent + 2);
      padding = std::max(padding + axis.size, extent) - axis.size;
  }
  axis.out = (axis.size + padding - extent) / axis.stride + 1;
  return axis;
}

}  // namespace

ConvShape random_conv(Random& random, const ConvLimits& limits) {
  for (;;) {
    const Axis y = random_axis(random, limits), x = random_axis(random, limits);
    ConvShape shape{};
    shape.input = {random.integer(1, limits.max_batch), y.size, x.size, skewed(random, limits.max_channels)};
    shape.out_channels = skewed(random, limits.max_channels);
    shape.out_height = y.out, shape.out_width = x.out;
    shape.kernel_height = y.kernel, shape.kernel_width = x.kernel;
    shape.stride_y = y.stride, shape.stride_x = x.stride;
    shape.dilation_y = y.dilation, shape.dilation_x = x.dilation;
    shape.pad_top = y.pad, shape.pad_left = x.pad;
    const auto products = static_cast<double>(out_pixels(shape)) * static_cast<double>(filter_length(shape));
    if (products <= limits.max_products) return shape;
  }
}

ConvShape same_conv(std::size_t size, std::size_t channels, std::size_t out_channels, std::size_t kernel,
                    std::size_t dilation, std::size_t stride) {
  const std::size_t out = (size + stride - 1) / stride, extent = (kernel - 1) * dilation + 1;
  const std::size_t pad = (std::max((out - 1) * stride + extent, size) - size) / 2;
  return {.input = {1, size, size, channels},
          .out_height = out,
          .out_width = out,
          .out_channels = out_channels,
          .kernel_height = kernel,
          .kernel_width = kernel,
          .stride_y = stride,
          .stride_x = stride,
          .dilation_y = dilation,
          .dilation_x = dilation,
          .pad_top = pad,
          .pad_left = pad};
}

ConvShape same_conv3(std::size_t size, std::size_t channels, std::size_t out_channels, std::size_t dilation) {
  return same_conv(size, channels, out_channels, 3, dilation);
}

std::size_t input_length(const ConvShape& shape) {
  return shape.input.batch * shape.input.height * shape.input.width * shape.input.channels;
}
std::size_t filter_length(const ConvShape& shape) {
  return shape.kernel_height * shape.kernel_width * shape.input.channels * shape.out_channels;
}
std::size_t out_pixels(const ConvShape& shape) {
  return shape.input.batch * shape.out_height * shape.out_width;
}

std::string describe(const ConvShape& shape) {
  std::ostringstream out;
  out << shape.input.batch << 'x' << shape.input.height << 'x' << shape.input.width << 'x'
      << shape.input.channels << " to " << shape.out_height << 'x' << shape.out_width << 'x'
      << shape.out_channels << ", kernel " << shape.kernel_height << 'x' << shape.kernel_width << ", stride "
      << shape.stride_y << 'x' << shape.stride_x << ", dilation " << shape.dilation_y << 'x'
      << shape.dilation_x << ", pad " << shape.pad_top << 'x' << shape.pad_left;
  return out.str();
}

std::vector<float> normal_floats(Random& random, std::size_t count, double deviation) {
  std::vector<float> out(count);
  for (float& x : out) {  // Box and Muller
    const double radius = std::sqrt(-2 * std::log(1 - random.real(0, 1)));
    x = static_cast<float>(deviation * radius * std::cos(random.real(0, 6.283185307179586)));
  }
  return out;
}

RandomLayer::RandomLayer(Random& random, const ConvShape& of, Activation with)
    : shape(of),
      input(normal_floats(random, input_length(of), 1)),
      filter(normal_floats(
          random, filter_length(of),
          std::sqrt(2.0 * static_cast<double>(of.out_channels) / static_cast<double>(filter_length(of))))),
      bias(normal_floats(random, of.out_channels, 0.1)),
      slopes(random.reals(of.out_channels, -1, 1)),
      activation(with) {
  for (float& x : input) x = std::max(x, 0.0F);
}

RelativeError relative_error(std::span<const float> got, std::size_t stride, std::span<const double> expected,
                             std::size_t channels, std::span<const std::size_t> pixels) {
  double largest = 0, errors = 0, magnitudes = 0, squares = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::size_t pixel = pixels.empty() ? i / channels : pixels[i / channels];
    const double error = std::abs(static_cast<double>(got[pixel * stride + i % channels]) - expected[i]);
    largest = std::isnan(error) ? INFINITY : std::max(largest, error);
    errors += error;
    magnitudes += std::abs(expected[i]);
    squares += expected[i] * expected[i];
  }
  if (squares == 0) return {largest, errors};
  return {largest / std::sqrt(squares / static_cast<double>(expected.size())), errors / magnitudes};
}

}  // namespace densecrf::oracle
