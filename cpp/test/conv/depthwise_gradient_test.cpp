#include "check.h"
#include "conv/depthwise_oracle.h"
#include "conv/plan_runs.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

constexpr double kTolerance = 2e-5;  // of the root mean square

std::string name(const RandomDepthwise& layer) {
  return describe(layer.shape) + " times " + std::to_string(layer.multiplier);
}

/// On every instruction set, the same bits for any number of threads.
void check_filter_gradient(const RandomDepthwise& layer) {
  const Isa isa_before = active_isa();
  const unsigned threads_before = concurrency();
  const auto expected = layer.filter_gradient();
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    std::vector<float> first;
    for (unsigned threads = 1; threads <= 5; ++threads) {
      set_concurrency(threads);
      std::vector<float> got(layer.filter.size(), -7);
      CHECK_EQ(depthwise_filter_gradient(layer.shape, layer.input, layer.out_gradient, got, {}), Status::kOk);
      if (threads == 1) {
        const double error = relative_error(got, 1, expected, 1).largest;
        if (!(error <= kTolerance))
          check::fail(__FILE__, __LINE__, name(layer) + ": error " + std::to_string(error * 1e6) + "e-6");
        first = got;
      } else if (got != first) {
        check::fail(__FILE__, __LINE__, name(layer) + ": threads change bits");
      }
    }
  }
  use_isa(isa_before);
  set_concurrency(threads_before);
}

/// Sum of out_gradient times the layer's output, in double precision.
double loss(const RandomDepthwise& layer) {
  const auto output = layer.output();
  double sum = 0;
  for (std::size_t i = 0; i < output.size(); ++i)
    sum += output[i] * static_cast<double>(layer.out_gradient[i]);
  return sum;
}

/// (loss(x + 1) - loss(x)) for number i of an array: the loss is linear in each.
double difference(RandomDepthwise layer, std::vector<float> RandomDepthwise::* of, std::size_t i) {
  const double before = loss(layer);
  (layer.*of)[i] += 1;
  return loss(layer) - before;
}

}  // namespace

TEST("depthwise gradient by the input agrees with double precision on random shapes") {
  Random random(21);
  for (int i = 0; i < 100; ++i) {
    const RandomDepthwise layer = random_depthwise(random, 3e5);
    check_plan(
        name(layer), [&] { return plan_depthwise_input_gradient(layer.shape, layer.filter, {}); },
        layer.out_gradient, layer.input_gradient(), layer.shape.input.channels, kTolerance);
  }
}

TEST("depthwise gradient by the filter agrees with double precision on random shapes") {
  Random random(22);
  for (int i = 0; i < 100; ++i) check_filter_gradient(random_depthwise(random, 3e5));
}

TEST("depthwise gradients agree with finite differences") {
  Random random(23);
  for (int i = 0; i < 10; ++i) {
    RandomDepthwise layer = random_depthwise(random, 3e4);
    layer.activation = Activation::kNone;
    std::vector<float> filter(layer.filter.size()), input(layer.input.size());
    CHECK_EQ(depthwise_filter_gradient(layer.shape, layer.input, layer.out_gradient, filter, {}),
             Status::kOk);
    const auto plan = plan_depthwise_input_gradient(layer.shape, layer.filter, {}).plan;
    CHECK_EQ(plan->run(layer.out_gradient.data(), input.data(), layer.shape.input.channels, {}), Status::kOk);
    for (int k = 0; k < 5; ++k) {
      const std::size_t w = random.integer(0, filter.size() - 1), x = random.integer(0, input.size() - 1);
      CHECK_CLOSE(filter[w], difference(layer, &RandomDepthwise::filter, w), 1e-3);
      CHECK_CLOSE(input[x], difference(layer, &RandomDepthwise::input, x), 1e-3);
    }
  }
}
