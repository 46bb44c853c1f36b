#include <new>

#include "conv/direct.h"
#include "conv/winograd.h"
#include "conv/winograd_tiling.h"

namespace densecrf {
namespace {

// Its phases wait for each other and its rounding is larger: not for nothing.
constexpr double kLeastGain = 1.1;

bool prefers_winograd(const ConvShape& shape, const DirectGeometry& direct, const PlanOptions& options) {
  if (options.exact || options.adds || !winograd_fits(shape)) return false;
  const std::size_t columns = padded_columns(shape.out_channels, kernels());
  const auto weights = static_cast<double>(9 * shape.input.channels * columns);
  return kLeastGain * winograd_cost(shape, options).time <
         winograd::direct_time(count_products(direct, columns), weights);
}

}  // namespace

PlanResult plan_conv2d(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                       const PlanOptions& options) noexcept try {
  const std::size_t taps = shape.kernel_height * shape.kernel_width;
  const MemoryLimit limit = limit_of(options, filter.size(), pictures_of(shape));
  const DirectGeometry geometry = conv2d_geometry(shape, limit.most);
  if (prefers_winograd(shape, geometry, options)) return make_winograd(shape, filter, epilogue, options);
  return make_direct(geometry, view_filter(filter, taps, shape.input.channels, shape.out_channels), epilogue,
                     limit, options.adds);
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
