#include "check.h"
#include "conv/depthwise_oracle.h"
#include "conv/plan_runs.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

struct Pointwise {
  std::size_t channels;
  std::vector<float> weights, bias, slopes;
  Activation activation;

  Pointwise(Random& random, std::size_t in, std::size_t out, Activation with)
      : channels(out),
        weights(normal_floats(random, in * out, 1 / std::sqrt(static_cast<double>(in)))),
        bias(normal_floats(random, out, 0.3)),
        slopes(random.reals(out, -1, 1)),
        activation(with) {}
  [[nodiscard]] Epilogue epilogue() const { return {bias, activation, 0.1F, slopes}; }
  [[nodiscard]] std::vector<double> of(const std::vector<double>& rows, const Addend& addend = {}) const {
    const std::size_t in = weights.size() / channels;
    std::vector<double> out;
    for (std::size_t row = 0; row < rows.size(); row += in) {
      for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t pixel = row / in;
        double sum = addend.data == nullptr ? 0 : addend.data[pixel * addend.pixel_stride + c];
        for (std::size_t k = 0; k < in; ++k)
          sum += rows[row + k] * static_cast<double>(weights[k * channels + c]);
        out.push_back(activated(sum, epilogue(), c));
      }
    }
    return out;
  }
};

void check_pair(const RandomDepthwise& layer, const Pointwise& pointwise, const PlanOptions& options,
                const Addend& addend = {}) {
  check_plan(
      describe(layer.shape) + " to " + std::to_string(pointwise.channels),
      [&] {
        return plan_separable(layer.shape, layer.filter, layer.epilogue(), pointwise.channels,
                              pointwise.weights, pointwise.epilogue(), options);
      },
      layer.input, pointwise.of(layer.output(), addend), pointwise.channels, 3e-5, addend);
}

}  // namespace

TEST("separable convolution agrees with double precision on random shapes") {
  Random random(31);
  for (int i = 0; i < 60; ++i) {
    const RandomDepthwise layer = random_depthwise(random, 1e5);
    const auto activation = static_cast<Activation>(random.integer(0, 6));
    check_pair(layer, {random, layer.shape.out_channels, random.integer(1, 90), activation}, {});
  }
}

TEST("separable convolution adds what it is given before the activation") {
  Random random(34);
  for (std::size_t i = 0; i < 20; ++i) {
    const RandomDepthwise layer = random_depthwise(random, 1e5);
    const Pointwise pointwise(random, layer.shape.out_channels, random.integer(1, 90),
                              static_cast<Activation>(i % 7));
    const std::size_t stride = i % 3 == 0 ? 0 : pointwise.channels + i % 2;
    const std::vector<float> added =
        normal_floats(random, (out_pixels(layer.shape) + 1) * (pointwise.channels + 1), 1);
    check_pair(layer, pointwise, {.adds = true}, {added.data(), stride});
  }
}

TEST("separable convolution of many channels takes them in chunks") {
  Random random(32);
  const RandomDepthwise layer(random, {{1, 7, 9, 1100}, 7, 9, 0, 3, 3, 1, 1, 2, 2, 2, 2}, 1,
                              Activation::kRelu);
  check_pair(layer, {random, 1100, 130, Activation::kRelu6}, {});
}

TEST("separable plans stay within their bytes") {
  Random random(33);
  const RandomDepthwise layer(random, {{1, 30, 30, 256}, 30, 30, 0, 3, 3, 1, 1, 1, 1, 1, 1}, 1,
                              Activation::kRelu);
  const Pointwise pointwise(random, 256, 64, Activation::kNone);
  check_pair(layer, pointwise, {.max_bytes = 150000});
  const auto plan = [&](std::size_t most) {
    return plan_separable(layer.shape, layer.filter, layer.epilogue(), 64, pointwise.weights,
                          pointwise.epilogue(), {.max_bytes = most});
  };
  CHECK(plan(150000).plan->bytes() <= 150000);
  CHECK_EQ(plan(1000).status, Status::kTooLarge);
}
