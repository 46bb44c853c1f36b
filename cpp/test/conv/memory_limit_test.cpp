// What plans of every kind take where nothing is said about it, and where little is allowed.
#include "conv/memory_limit.h"

#include <functional>
#include <string>
#include <vector>

#include "check.h"
#include "conv/oracle.h"
#include "densecrf/matmul.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

using Plan = std::function<PlanResult(const PlanOptions&)>;

/// 1 row of many pixels: what says where they lie takes more than the default's 4 MiB.
constexpr std::size_t kMany = 600'000;

struct Kind {
  std::string name;
  std::size_t weights, pictures;  ///< floats
  Plan plan;
};

std::vector<Kind> kinds_of(const ConvShape& shape, std::span<const float> filter,
                           std::span<const float> pointwise) {
  const std::size_t pixels = out_pixels(shape);
  const std::size_t dense = filter.size(), in = input_length(shape), both = in + pixels * shape.out_channels;
  return {
      {"conv2d", dense, both, [=](auto& o) { return plan_conv2d(shape, filter, {}, o); }},
      {"input gradient", dense, both, [=](auto& o) { return plan_conv2d_input_gradient(shape, filter, o); }},
      {"depthwise", dense, both, [=](auto& o) { return plan_depthwise(shape, filter, {}, o); }},
      {"depthwise gradient", dense, both,
       [=](auto& o) { return plan_depthwise_input_gradient(shape, filter, o); }},
      {"separable", dense + pointwise.size(), in + pixels * pointwise.size(),
       [=](auto& o) { return plan_separable(shape, filter, {}, pointwise.size(), pointwise, {}, o); }},
      {"matmul", 1, 2 * kMany,
       [=](auto& o) {
         return plan_matmul({.rows = kMany, .depth = 1, .columns = 1}, filter.first(1), {}, o);
       }},
  };
}

}  // namespace

TEST("every kind of plan is there by default, within the default limit, and refuses a limit below its need") {
  const float filter[] = {1, 2, 3}, pointwise[] = {1};
  for (const std::size_t stride : {1U, 2U}) {
    const ConvShape shape{{1, 1, kMany, 1}, 1, kMany / stride, 1, 1, 3, 1, stride, 1, 1, 0, 1};
    for (const Kind& kind : kinds_of(shape, filter, pointwise)) {
      const auto [status, plan] = kind.plan({});
      if (status != Status::kOk) {
        check::fail(__FILE__, __LINE__, kind.name + ": refused by default");
        continue;
      }
      CHECK(plan->bytes() <= limit_of({}, kind.weights, kind.pictures).most);
      CHECK_EQ(kind.plan({.max_bytes = 2 * plan->bytes()}).status, Status::kOk);
      CHECK_EQ(kind.plan({.max_bytes = plan->bytes() / 8}).status, Status::kTooLarge);
    }
  }
}

TEST("a column of weights alone, which is padded to whole registers, is within the default limit") {
  constexpr std::size_t kDepth = 200'000;
  const std::vector<float> filter(9 * kDepth, 1), input(2 * kDepth, 2);
  const ConvShape shape{{1, 1, 2, kDepth}, 1, 2, 1, 3, 3, 1, 1, 1, 1, 1, 1};
  const auto [status, plan] = plan_conv2d(shape, filter, {}, {true, 0});
  CHECK_EQ(status, Status::kOk);
  float output[2];
  CHECK_EQ(plan->run(input.data(), output, 1, {}), Status::kOk);
  for (const float x : output) CHECK_EQ(x, 2 * 2.F * kDepth);
  CHECK_EQ(
      plan_matmul({.rows = 1, .depth = kDepth, .columns = 1}, std::span(filter).first(kDepth), {}, {}).status,
      Status::kOk);
}

TEST("tables of taps that would pass the limit are refused before they are made") {
  // 8 * 10^9 places of taps, from a filter of 90 000 weights.
  const std::vector<float> filter(std::size_t{300} * 300, 1);
  ConvShape shape{{1, 512, 512, 1}, 512, 512, 1, 300, 300, 1, 1, 1, 1, 149, 149};
  CHECK_EQ(plan_conv2d(shape, filter, {}, {}).status, Status::kTooLarge);
  shape.stride_y = shape.stride_x = 2, shape.out_height = shape.out_width = 256;
  CHECK_EQ(plan_conv2d_input_gradient(shape, filter, {}).status, Status::kTooLarge);
}
