#include <algorithm>
#include <new>

#include "conv/direct.h"
#include "conv/winograd.h"

namespace densecrf {

PlanResult plan_conv2d(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                       const PlanOptions& options) noexcept try {
  const std::size_t taps = shape.kernel_height * shape.kernel_width;
  auto plan = make_direct(conv2d_geometry(shape),
                          view_filter(filter, taps, shape.input.channels, shape.out_channels), epilogue);
  if (options.max_bytes != 0 && plan->bytes() > options.max_bytes) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
