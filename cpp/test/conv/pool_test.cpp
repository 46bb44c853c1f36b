#include "densecrf/pool.h"

#include <limits>

#include "conv/conv_case.h"

namespace densecrf::oracle {
namespace {

/// What each output's window holds: body(output, input, inside) in the order of the taps.
struct Pooled {
  std::vector<double> greatest, mean;
  std::vector<double> greatest_gradient, mean_gradient;
};

Pooled pool(const ConvShape& s, const std::vector<float>& input, const std::vector<float>& out_gradient) {
  Pooled out;
  out.greatest_gradient.assign(input.size(), 0);
  out.mean_gradient.assign(input.size(), 0);
  for_each_output(s, [&](std::size_t n, std::size_t y, std::size_t x) {
    for (std::size_t c = 0; c < s.input.channels; ++c) {
      std::vector<std::size_t> window;
      for_each_tap(s, y, x, [&](std::size_t, std::size_t v, std::size_t u) {
        window.push_back(((n * s.input.height + v) * s.input.width + u) * s.input.channels + c);
      });
      double top = -std::numeric_limits<double>::infinity(), sum = 0;
      std::size_t first = input.size();
      for (const std::size_t i : window) {
        sum += input[i];
        if (input[i] > top) top = input[i], first = i;
      }
      const double gradient = out_gradient[out.mean.size()];
      if (first < input.size()) out.greatest_gradient[first] += gradient;
      const auto count = static_cast<double>(window.size());
      for (const std::size_t i : window) out.mean_gradient[i] += gradient / count;
      out.greatest.push_back(top);
      out.mean.push_back(window.empty() ? 0 : sum / count);
    }
  });
  return out;
}

}  // namespace

TEST("pools and their gradients agree with double precision, for any number of threads bit by bit") {
  Random random(11);
  for (int round = 0; round < 60; ++round) {
    ConvShape shape = random_conv(random, {.max_products = 1e8});
    shape.out_channels = shape.input.channels;
    auto input = random.reals(input_length(shape), -1, 1);
    // Few different values: most windows hold their greatest more than once.
    if (round % 2 == 0)
      for (float& x : input) x = std::round(x * 2);
    const auto out_gradient = random.reals(out_pixels(shape) * shape.out_channels, -1, 1);
    const Pooled expected = pool(shape, input, out_gradient);
    std::vector<float> out(out_gradient.size()), gradient(input.size());
    const std::string which = describe(shape);
    on_every_machine(
        which, out, [&] { return max_pool(shape, input, out); },
        [&] { check_close(which, out, expected.greatest, 0); });
    on_every_machine(
        which, out, [&] { return average_pool(shape, input, out); },
        [&] { check_close(which, out, expected.mean, 2e-6); });
    on_every_machine(
        which, gradient, [&] { return max_pool_gradient(shape, input, out_gradient, gradient); },
        [&] { check_close(which, gradient, expected.greatest_gradient, 1e-5); });
    on_every_machine(
        which, gradient, [&] { return average_pool_gradient(shape, out_gradient, gradient); },
        [&] { check_close(which, gradient, expected.mean_gradient, 1e-5); });
  }
}

TEST("global_average_pool is the mean of every channel") {
  Random random(12);
  for (const auto& [batch, height, width, channels] :
       {ImageShape{1, 33, 33, 700}, ImageShape{3, 1, 7, 5}, ImageShape{2, 40, 41, 1}}) {
    const auto input = random.reals(batch * height * width * channels, 0, 1);
    std::vector<double> expected(batch * channels);
    for (std::size_t i = 0; i < input.size(); ++i) {
      expected[i / (height * width * channels) * channels + i % channels] +=
          static_cast<double>(input[i]) / static_cast<double>(height * width);
    }
    std::vector<float> out(batch * channels);
    const ImageShape shape{batch, height, width, channels};
    on_every_machine(
        "global", out, [&] { return global_average_pool(shape, input, out); },
        [&] { check_close("global", out, expected, 1e-5); });
  }
}

TEST("global_average_pool of a large picture loses nothing") {
  constexpr std::size_t kSize = 2048;
  const std::vector<float> input(kSize * kSize, 0.1F);
  std::vector<float> out(1);
  CHECK_EQ(global_average_pool({1, kSize, kSize, 1}, input, out), Status::kOk);
  CHECK_CLOSE(out[0], 0.1, 3e-6);
}

TEST("max_pool takes no NaN for greatest, and padding for nothing") {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              infinity = std::numeric_limits<float>::infinity();
  const ConvShape shape{.input = {1, 1, 4, 1},
                        .out_height = 1,
                        .out_width = 3,
                        .out_channels = 1,
                        .kernel_height = 1,
                        .kernel_width = 2,
                        .stride_x = 3,
                        .pad_left = 2};
  const std::vector<float> input{1, nan, -5, nan};
  std::vector<float> out(3);
  CHECK_EQ(max_pool(shape, input, out), Status::kOk);
  CHECK_EQ(out[0], -infinity);
  CHECK_EQ(out[1], -5.0F);
  CHECK_EQ(out[2], -infinity);
}

}  // namespace densecrf::oracle
