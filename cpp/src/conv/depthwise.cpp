#include <algorithm>
#include <new>
#include <utility>

#include "conv/depthwise_layer.h"
#include "conv/memory_limit.h"

namespace densecrf {
namespace {

class DepthwisePlan final : public LayerPlan {
 public:
  DepthwisePlan(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue)
      : batch_(shape.input.batch),
        layer_({rows_of(shape), columns_of(shape), shape.input.channels,
                shape.out_channels / shape.input.channels},
               filter, epilogue) {}

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    return run_depthwise({&layer_, 1}, batch_, input, output, pixel_stride, control);
  }
  std::size_t bytes() const noexcept override { return layer_.bytes(); }
  std::string_view algorithm() const noexcept override { return "depthwise"; }

 private:
  std::size_t batch_;
  DepthwiseLayer layer_;
};

}  // namespace

PlanResult plan_depthwise(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                          const PlanOptions& options) noexcept try {
  auto plan = std::make_unique<DepthwisePlan>(shape, filter, epilogue);
  if (plan->bytes() > limit_of(options, filter.size(), pictures_of(shape)).most)
    return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
