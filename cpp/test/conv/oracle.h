#pragma once
// What the tests of convolutions share: the definition in double precision, random shapes, and how far a
// result may be from the truth.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crf/random_case.h"
#include "densecrf/conv.h"

namespace densecrf::oracle {

/// `slope` is what kLeakyRelu and kPrelu multiply by below 0.
double activated(double x, Activation activation, double slope);
double activated(double x, const Epilogue& epilogue, std::size_t channel);

/// The channels of one output pixel, counted through the batch.
std::vector<double> conv2d_pixel(const ConvShape& shape, std::span<const float> input,
                                 std::span<const float> filter, const Epilogue& epilogue, std::size_t pixel);
std::vector<double> conv2d(const ConvShape& shape, std::span<const float> input,
                           std::span<const float> filter, const Epilogue& epilogue);

/// What a random shape may be.
struct ConvLimits {
  std::size_t max_batch = 3, max_size = 70, max_channels = 600, max_kernel = 5;
  std::size_t max_stride = 3, max_dilation = 40;
  double max_products = 2e7;  ///< of the oracle
};
/// Odd everything: also paddings that leave output pixels without any tap.
ConvShape random_conv(Random& random, const ConvLimits& limits);
/// Same padding.
ConvShape same_conv(std::size_t size, std::size_t channels, std::size_t out_channels, std::size_t kernel,
                    std::size_t dilation = 1, std::size_t stride = 1);
/// 3x3, stride 1, same padding, so that the output is as large as the input.
ConvShape same_conv3(std::size_t size, std::size_t channels, std::size_t out_channels, std::size_t dilation);

std::size_t input_length(const ConvShape& shape);
std::size_t filter_length(const ConvShape& shape);
std::size_t out_pixels(const ConvShape& shape);
std::string describe(const ConvShape& shape);

/// A layer with numbers: normal ones, those of the input no less than 0, as after a ReLU.
struct RandomLayer {
  ConvShape shape;
  std::vector<float> input, filter, bias, slopes;
  Activation activation;

  RandomLayer(Random& random, const ConvShape& of, Activation with);
  [[nodiscard]] Epilogue epilogue() const { return {bias, activation, 0.3F, slopes}; }
};
std::vector<float> normal_floats(Random& random, std::size_t count, double deviation);

/// Largest and mean error over the root mean square (the mean magnitude) of what is expected.
struct RelativeError {
  double largest = 0, mean = 0;
};
/// Pixel p of the result is at got[p * stride]; `pixels` names those that `expected` holds, all where empty.
RelativeError relative_error(std::span<const float> got, std::size_t stride, std::span<const double> expected,
                             std::size_t channels, std::span<const std::size_t> pixels = {});

}  // namespace densecrf::oracle
