#include "conv/conv_case.h"
#include "densecrf/conv.h"

namespace densecrf::oracle {
namespace {

std::vector<double> filter_gradient(const ConvShape& s, const std::vector<float>& input,
                                    const std::vector<float>& out_gradient) {
  std::vector<double> out(filter_length(s));
  const float* dy = out_gradient.data();
  for_each_output(s, [&](std::size_t n, std::size_t y, std::size_t x) {
    for_each_tap(s, y, x, [&](std::size_t tap, std::size_t v, std::size_t u) {
      double* to = &out[tap * s.input.channels * s.out_channels];
      const float* const from = &input[((n * s.input.height + v) * s.input.width + u) * s.input.channels];
      for (std::size_t c = 0; c < s.input.channels; ++c) {
        for (std::size_t k = 0; k < s.out_channels; ++k)
          *to++ += static_cast<double>(from[c]) * static_cast<double>(dy[k]);
      }
    });
    dy += s.out_channels;
  });
  return out;
}

void check_shape(Random& random, const ConvShape& shape) {
  const auto input = normal_floats(random, input_length(shape), 1);
  const auto out_gradient = normal_floats(random, out_pixels(shape) * shape.out_channels, 1);
  const auto expected = filter_gradient(shape, input, out_gradient);
  std::vector<float> gradient(expected.size());
  const std::string which = describe(shape);
  on_every_machine(
      which, gradient, [&] { return conv2d_filter_gradient(shape, input, out_gradient, gradient, {}); },
      [&] { check_close(which, gradient, expected, 3e-5); });
}

}  // namespace

TEST("conv2d_filter_gradient agrees with double precision, for any number of threads bit by bit") {
  Random random(61);
  for (int round = 0; round < 60; ++round) check_shape(random, random_conv(random, {}));
}

TEST(
    "conv2d_filter_gradient of first layers, of a single pixel, of one channel, of rows and of wide panels") {
  Random random(62);
  check_shape(random, {{2, 41, 43, 3}, 21, 22, 64, 3, 3, 2, 2, 1, 1, 1, 1});
  check_shape(random, {{1, 30, 31, 3}, 15, 16, 20, 7, 7, 2, 2, 1, 1, 3, 3});
  check_shape(random, {{1, 30, 31, 23}, 30, 31, 33, 3, 5, 1, 1, 2, 2, 2, 4});
  check_shape(random, {{1, 1, 1, 600}, 1, 1, 300, 1, 1});
  check_shape(random, {{1, 64, 64, 1}, 64, 64, 1, 3, 3, 1, 1, 2, 2, 2, 2});
  check_shape(random, {{1, 1, 300, 5}, 1, 296, 7, 1, 5});
  check_shape(random, {{3, 9, 9, 70}, 9, 9, 530, 1, 1});
}

TEST("conv2d_filter_gradient stops where it is told to") {
  const ConvShape shape = same_conv3(9, 8, 8, 1);
  const std::vector<float> input(input_length(shape)), out_gradient(out_pixels(shape) * 8);
  std::vector<float> gradient(filter_length(shape));
  const std::atomic<bool> cancelled = true;
  CHECK_EQ(conv2d_filter_gradient(shape, input, out_gradient, gradient, {.cancelled = &cancelled}),
           Status::kCancelled);
}

}  // namespace densecrf::oracle
