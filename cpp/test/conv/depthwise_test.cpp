#include <atomic>

#include "check.h"
#include "conv/depthwise_oracle.h"
#include "conv/plan_runs.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

constexpr double kTolerance = 1e-5;  // of the root mean square

void check_layer(const RandomDepthwise& layer) {
  check_plan(
      describe(layer.shape) + " times " + std::to_string(layer.multiplier),
      [&] { return plan_depthwise(layer.shape, layer.filter, layer.epilogue(), {}); }, layer.input,
      layer.output(), layer.shape.out_channels, kTolerance);
}

/// Same padding.
ConvShape same(std::size_t size, std::size_t channels, std::size_t kernel, std::size_t stride,
               std::size_t dilation) {
  const std::size_t out = (size + stride - 1) / stride, extent = (kernel - 1) * dilation + 1;
  const std::size_t pad = (std::max((out - 1) * stride + extent, size) - size) / 2;
  return {{1, size, size, channels},
          out,
          out,
          channels,
          kernel,
          kernel,
          stride,
          stride,
          dilation,
          dilation,
          pad,
          pad};
}

}  // namespace

TEST("depthwise agrees with double precision on random shapes") {
  Random random(11);
  for (int i = 0; i < 120; ++i) check_layer(random_depthwise(random, 4e5));
}

TEST("depthwise agrees with double precision where it has kernels of its own") {
  Random random(12);
  for (const std::size_t kernel : {3U, 5U}) {
    for (const std::size_t stride : {1U, 2U}) {
      for (const std::size_t dilation : {1U, 2U, 4U, 7U}) {
        for (const std::size_t multiplier : {1U, 2U, 4U}) {
          const std::size_t channels = random.integer(16, 40), size = random.integer(5, 20);
          check_layer(
              {random, same(size, channels, kernel, stride, dilation), multiplier, Activation::kRelu6});
        }
      }
    }
  }
}

TEST("depthwise walks down columns where rows are long") {
  Random random(13);
  check_layer({random, same(41, 600, 3, 1, 2), 1, Activation::kRelu});
  check_layer({random, same(39, 601, 3, 1, 24), 1, Activation::kSigmoid});
}

TEST("depthwise without bias adds none") {
  Random random(14);
  const RandomDepthwise layer(random, same(9, 33, 3, 1, 1), 1, Activation::kNone);
  RandomDepthwise plain = layer;
  plain.bias.assign(plain.bias.size(), 0);
  Epilogue none;
  check_plan(
      "no bias", [&] { return plan_depthwise(layer.shape, layer.filter, none, {}); }, layer.input,
      plain.output(), layer.shape.out_channels, kTolerance);
}

TEST("depthwise plans stay within their bytes, and stop when told to") {
  Random random(15);
  const RandomDepthwise layer(random, same(30, 64, 3, 1, 3), 1, Activation::kNone);
  auto [status, plan] = plan_depthwise(layer.shape, layer.filter, layer.epilogue(), {});
  CHECK_EQ(status, Status::kOk);
  CHECK(plan->bytes() >= layer.filter.size() * sizeof(float));
  CHECK(plan->bytes() <= std::size_t{4} << 20);
  CHECK(plan->algorithm() == "depthwise");
  CHECK_EQ(plan_depthwise(layer.shape, layer.filter, layer.epilogue(), {.max_bytes = 1000}).status,
           Status::kTooLarge);
  const std::atomic<bool> stop{true};
  std::vector<float> output(layer.out_gradient.size());
  CHECK_EQ(plan->run(layer.input.data(), output.data(), 64, {.cancelled = &stop}), Status::kCancelled);
}
