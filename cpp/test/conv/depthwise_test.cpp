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

}  // namespace

TEST("depthwise agrees with double precision on random shapes") {
  Random random(11);
  for (int i = 0; i < 120; ++i) check_layer(random_depthwise(random, 4e5));
}

TEST("depthwise agrees with double precision where it has kernels of its own") {
  Random random(12);
  for (const std::size_t kernel : {1U, 3U, 5U, 7U}) {
    for (const std::size_t stride : {1U, 2U}) {
      for (const std::size_t dilation : {1U, 2U, 4U, 7U}) {
        for (const std::size_t multiplier : {1U, 2U, 4U}) {
          const std::size_t channels = random.integer(16, 40), size = random.integer(5, 20);
          check_layer({random, same_conv(size, channels, channels, kernel, dilation, stride), multiplier,
                       Activation::kRelu6});
        }
      }
    }
  }
}

TEST("depthwise walks down columns where rows are long") {
  Random random(13);
  check_layer({random, same_conv(41, 600, 600, 3, 2), 1, Activation::kRelu});
  check_layer({random, same_conv(39, 601, 601, 3, 24), 1, Activation::kSigmoid});
}

TEST("depthwise without bias adds none") {
  Random random(14);
  const RandomDepthwise layer(random, same_conv(9, 33, 33, 3), 1, Activation::kNone);
  RandomDepthwise plain = layer;
  plain.bias.assign(plain.bias.size(), 0);
  Epilogue none;
  check_plan(
      "no bias", [&] { return plan_depthwise(layer.shape, layer.filter, none, {}); }, layer.input,
      plain.output(), layer.shape.out_channels, kTolerance);
}

TEST("depthwise plans stay within their bytes, and stop when told to") {
  Random random(15);
  const RandomDepthwise layer(random, same_conv(30, 64, 64, 3, 3), 1, Activation::kNone);
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
