#include <algorithm>
#include <new>

#include "conv/direct.h"
#include "conv/winograd.h"
#include "conv/winograd_tiling.h"

namespace densecrf {
namespace {

bool prefers_winograd(const ConvShape& shape, const DirectGeometry& direct, const PlanOptions& options) {
  if (options.exact || !winograd_fits(shape)) return false;
  PanelShape panel;
  kernels().panel_shape(panel);
  const Panel last = cut_into_panels(shape.out_channels, panel).back();
  const std::size_t columns = last.first + last.width;
  const auto weights = static_cast<double>(9 * shape.input.channels * columns);
  return winograd_cost(shape, options).time < winograd::direct_time(count_products(direct, columns), weights);
}

}  // namespace

PlanResult plan_conv2d(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                       const PlanOptions& options) noexcept try {
  const std::size_t taps = shape.kernel_height * shape.kernel_width;
  const DirectGeometry geometry = conv2d_geometry(shape);
  if (prefers_winograd(shape, geometry, options)) return make_winograd(shape, filter, epilogue, options);
  const std::size_t most =
      options.max_bytes != 0 ? options.max_bytes : std::max(8 * filter.size_bytes(), std::size_t{4} << 20);
  auto plan = make_direct(geometry, view_filter(filter, taps, shape.input.channels, shape.out_channels),
                          epilogue, most);
  if (plan->bytes() > most) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
