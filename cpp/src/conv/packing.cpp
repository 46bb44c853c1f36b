#include "conv/packing.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "densecrf/threads.h"

namespace densecrf {
namespace {

Buffer<float> padded(std::span<const float> values, std::size_t size) {
  Buffer<float> out(size);
  std::fill(std::copy(values.begin(), values.end(), out.begin()), out.end(), 0.0F);
  return out;
}

void pack_tap(const WeightView& weights, std::size_t tap, const Panel& panel, float* to) noexcept {
  const float* const from = weights.data + tap * weights.tap_stride + panel.first * weights.column_stride;
  for (std::size_t k = 0; k < weights.depth; ++k, to += panel.width) {
    const float* const row = from + k * weights.row_stride;
    for (std::size_t j = 0; j < panel.columns; ++j) to[j] = row[j * weights.column_stride];
    std::fill(to + panel.columns, to + panel.width, 0.0F);
  }
}

}  // namespace

std::vector<Panel> cut_into_panels(std::size_t columns, const PanelShape& shape) {
  const std::size_t vectors = (columns + shape.lanes - 1) / shape.lanes;
  const std::size_t most = shape.widest / shape.lanes, count = (vectors + most - 1) / most;
  std::vector<Panel> panels;
  for (std::size_t p = 0; p < count; ++p) {
    const std::size_t first = vectors * p / count * shape.lanes;
    const std::size_t last = vectors * (p + 1) / count * shape.lanes;
    panels.push_back({first, last - first, std::min(last, columns) - first});
  }
  if (Panel& last = panels.back(); shape.half != 0 && last.width <= 2 * shape.lanes) {
    if (last.width - last.columns >= shape.half) last.width -= shape.half;
  }
  return panels;
}

std::size_t padded_columns(std::size_t columns, const Kernels& kernels) {
  PanelShape shape{};
  kernels.panel_shape(shape);
  const Panel last = cut_into_panels(columns, shape).back();
  return last.first + last.width;
}

WeightView view_filter(std::span<const float> filter, std::size_t taps, std::size_t depth,
                       std::size_t columns) noexcept {
  return {filter.data(), taps, depth, columns, depth * columns, columns, 1};
}

WeightView view_transposed(std::span<const float> filter, std::size_t taps, std::size_t depth,
                           std::size_t columns) noexcept {
  return {filter.data(), taps, depth, columns, depth * columns, 1, depth};
}

PackedWeights::PackedWeights(const WeightView& weights, const Epilogue& epilogue, const Kernels& kernels)
    : rows_(weights.taps * weights.depth), activation_(epilogue.activation), slope_(epilogue.slope) {
  PanelShape shape{};
  kernels.panel_shape(shape);
  deepest_ = shape.deepest;
  panels_ = cut_into_panels(weights.columns, shape);
  const std::size_t width = panels_.back().first + panels_.back().width;
  bias_ = padded(epilogue.bias, width);
  slopes_ = padded(epilogue.slopes, width);
  data_ = Buffer<float>(rows_ * width);
  parallel_for(panels_.size() * weights.taps, concurrency(), [&](std::size_t index, unsigned) noexcept {
    const Panel& panel = panels_[index / weights.taps];
    const std::size_t tap = index % weights.taps;
    pack_tap(weights, tap, panel, data_.data() + panel.first * rows_ + tap * weights.depth * panel.width);
  });
}

void load_addend(const Addend& addend, const Panel& panel, std::span<const std::int32_t> offsets,
                 std::size_t out_stride, float* sums) noexcept {
  for (const std::int32_t offset : offsets) {
    const std::size_t pixel = static_cast<std::size_t>(offset) / out_stride;
    const float* const from = addend.data + pixel * addend.pixel_stride + panel.first;
    std::fill(std::copy_n(from, panel.columns, sums), sums + panel.width, 0.0F);
    sums += panel.width;
  }
}

}  // namespace densecrf
