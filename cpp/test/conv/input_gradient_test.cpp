#include "conv/conv_case.h"
#include "densecrf/conv.h"

namespace densecrf::oracle {
namespace {

std::vector<double> input_gradient(const ConvShape& s, const std::vector<float>& filter,
                                   const std::vector<float>& out_gradient) {
  std::vector<double> out(input_length(s));
  const float* dy = out_gradient.data();
  for_each_output(s, [&](std::size_t n, std::size_t y, std::size_t x) {
    for_each_tap(s, y, x, [&](std::size_t tap, std::size_t v, std::size_t u) {
      double* const to = &out[((n * s.input.height + v) * s.input.width + u) * s.input.channels];
      const float* w = &filter[tap * s.input.channels * s.out_channels];
      for (std::size_t c = 0; c < s.input.channels; ++c) {
        for (std::size_t k = 0; k < s.out_channels; ++k) {
          to[c] += static_cast<double>(*w++) * static_cast<double>(dy[k]);
        }
      }
    });
    dy += s.out_channels;
  });
  return out;
}

/// Into pixels that lie further apart than their channels, whose gaps must stay as they were.
void check_shape(Random& random, const ConvShape& shape, std::size_t gap, bool exact) {
  const auto filter = normal_floats(random, filter_length(shape), 1);
  const auto out_gradient = normal_floats(random, out_pixels(shape) * shape.out_channels, 1);
  const auto expected = input_gradient(shape, filter, out_gradient);
  const std::size_t channels = shape.input.channels, stride = channels + gap;
  std::vector<float> gradient(expected.size() / channels * stride);
  const std::string which = describe(shape);
  const auto run = [&] {
    const PlanResult made = plan_conv2d_input_gradient(shape, filter, {.exact = exact});
    if (made.status != Status::kOk) return made.status;
    return made.plan->run(out_gradient.data(), gradient.data(), stride, {});
  };
  on_every_machine(which, gradient, run, [&] {
    std::vector<float> dense;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      if (i % stride < channels) {
        dense.push_back(gradient[i]);
      } else if (gradient[i] != 7) {
        return check::fail(__FILE__, __LINE__, which + ": a gap was written");
      }
    }
    check_close(which, dense, expected, exact ? 3e-5 : 1e-4);
  });
}

}  // namespace

TEST("plan_conv2d_input_gradient agrees with double precision, for any number of threads bit by bit") {
  Random random(71);
  for (int round = 0; round < 60; ++round) {
    check_shape(random, random_conv(random, {}), random.integer(0, 1) * 5, round % 2 == 0);
  }
}

TEST("plan_conv2d_input_gradient with strides beyond the kernel and paddings beyond the picture") {
  Random random(72);
  check_shape(random, {{2, 20, 21, 9}, 7, 7, 5, 1, 2, 3, 3, 1, 1, 0, 0}, 3, true);
  check_shape(random, {{1, 6, 7, 4}, 12, 14, 5, 2, 2, 1, 1, 1, 1, 4, 5}, 0, true);
  check_shape(random, {{1, 33, 33, 40}, 17, 17, 48, 3, 3, 2, 2, 4, 4, 4, 4}, 0, true);
  check_shape(random, same_conv3(33, 70, 40, 2), 0, false);
}

// A finite difference of <conv(x), g> along one input, and one weight, of the whole way through both plans.
TEST("gradients of conv2d are what differences say") {
  Random random(73);
  for (int round = 0; round < 20; ++round) {
    const ConvShape shape = random_conv(random, {.max_size = 12, .max_channels = 9, .max_dilation = 4});
    const auto input = normal_floats(random, input_length(shape), 1);
    const auto filter = normal_floats(random, filter_length(shape), 1);
    const auto out_gradient = normal_floats(random, out_pixels(shape) * shape.out_channels, 1);
    const auto loss = [&](const std::vector<float>& x, const std::vector<float>& w) {
      const auto y = conv2d(shape, x, w, {});
      double sum = 0;
      for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * static_cast<double>(out_gradient[i]);
      return sum;
    };
    const auto difference = [&](std::vector<float> changed, std::size_t i, auto of) {
      const float before = changed[i];
      changed[i] = before + 0.5F;
      const double above = of(changed), step = static_cast<double>(changed[i]);
      changed[i] = before - 0.5F;
      return (above - of(changed)) / (step - static_cast<double>(changed[i]));
    };
    std::vector<float> by_input(input.size()), by_filter(filter.size());
    const PlanResult made = plan_conv2d_input_gradient(shape, filter, {});
    CHECK_EQ(made.plan->run(out_gradient.data(), by_input.data(), shape.input.channels, {}), Status::kOk);
    CHECK_EQ(conv2d_filter_gradient(shape, input, out_gradient, by_filter, {}), Status::kOk);
    for (int pick = 0; pick < 5; ++pick) {
      const std::size_t i = random.integer(0, input.size() - 1), j = random.integer(0, filter.size() - 1);
      const double along_input = difference(input, i, [&](const auto& x) { return loss(x, filter); });
      const double along_filter = difference(filter, j, [&](const auto& w) { return loss(input, w); });
      CHECK_CLOSE(by_input[i], along_input, 1e-3);
      CHECK_CLOSE(by_filter[j], along_filter, 1e-3);
    }
  }
}

}  // namespace densecrf::oracle
