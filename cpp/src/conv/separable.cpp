#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/parallel_steps.h"
#include "conv/depthwise_layer.h"
#include "conv/memory_limit.h"
#include "conv/packing.h"
#include "densecrf/conv.h"
#include "densecrf/threads.h"

namespace densecrf {
namespace {

constexpr std::size_t kRun = kDepthwiseOutputs;
constexpr std::size_t kTilePixels = 96;  // of 2048 channels: most of a second cache of 1 MiB
constexpr std::size_t kDepth = 512;      // channels at a time, so that a panel's weights stay there, too

/// Rows a little longer than the channels: not all in one set of the first cache.
std::size_t pitch_of(std::size_t channels) noexcept { return (channels + 15) / 16 * 16 + 16; }

std::size_t width_of(const PackedWeights& weights) noexcept {
  const Panel& last = weights.panels().back();
  return last.first + last.width;
}

/// What one worker needs for tiles of so many pixels.
std::size_t scratch_floats(std::size_t pixels, std::size_t channels, std::size_t width) noexcept {
  return pixels * (pitch_of(channels) + width);
}

/// Tiles of pixels: the depthwise half of a tile lies in scratch until the matrix product has used it.
class SeparablePlan final : public LayerPlan {
 public:
  SeparablePlan(const DepthwiseLayer::Sizes& sizes, std::size_t batch, std::span<const float> filter,
                const Epilogue& middle, PackedWeights&& pointwise, std::size_t most)
      : batch_(batch),
        channels_(sizes.channels * sizes.multiplier),
        most_pixels_(sizes.band * kRun),
        layer_(sizes, filter, middle),
        pointwise_(std::move(pointwise)) {
    add_tiles();
    const std::size_t each = scratch_floats(most_pixels_, channels_, width_of(pointwise_));
    const std::size_t fixed = layer_.bytes() + pointwise_.bytes();
    const std::size_t fitting = most > fixed ? (most - fixed) / (each * sizeof(float)) : 1;
    workers_ = std::clamp<std::size_t>(fitting, 1, concurrency());
    scratch_ = Buffer<float>(workers_ * each);
    pixels_ = Buffer<std::int32_t>(workers_ * most_pixels_);
  }

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    return run_adding({}, input, output, pixel_stride, control);
  }
  Status run_adding(const Addend& addend, const float* input, float* output, std::size_t pixel_stride,
                    const RunControl& control) noexcept override {
    const std::size_t tiles = tiles_.size() - 1;
    const auto workers =
        static_cast<unsigned>(std::min({std::size_t{concurrency()}, workers_, batch_ * tiles}));
    return parallel_steps(batch_ * tiles, workers, control, [&](std::size_t task, unsigned worker) {
      const std::size_t image = task / tiles;
      const std::size_t first = image * layer_.out_pixels();
      Addend own = addend;
      if (own.data != nullptr) own.data += first * own.pixel_stride;
      make_tile(task % tiles, worker, input + image * layer_.input_floats(), own,
                output + first * pixel_stride, pixel_stride);
    });
  }
  std::size_t bytes() const noexcept override {
    return layer_.bytes() + pointwise_.bytes() + scratch_.bytes() + pixels_.bytes() +
           tiles_.capacity() * sizeof(std::uint32_t);
  }
  std::string_view algorithm() const noexcept override { return "separable"; }

 private:
  /// Puts as many units into each tile as fit.
  void add_tiles() {
    std::size_t pixels = 0;
    tiles_.push_back(0);
    for (std::size_t unit = 0; unit < layer_.grid().units(); ++unit) {
      DepthwisePass pass{};
      layer_.grid().select(unit, pass);
      std::size_t more = 0;
      for (std::size_t r = 0; r < pass.run_count; ++r) more += pass.runs[r].count * pass.line_count;
      if (pixels + more > most_pixels_) tiles_.push_back(static_cast<std::uint32_t>(unit)), pixels = 0;
      pixels += more;
    }
    tiles_.push_back(static_cast<std::uint32_t>(layer_.grid().units()));
  }

  void make_tile(std::size_t tile, std::size_t worker, const float* image, const Addend& addend,
                 float* output, std::size_t pixel_stride) noexcept {
    const std::size_t pitch = pitch_of(channels_);
    float* const rows = scratch_.data() + worker * (scratch_.size() / workers_);
    std::int32_t* const pixels = pixels_.data() + worker * most_pixels_;
    std::size_t count = 0;
    for (std::size_t unit = tiles_[tile]; unit < tiles_[tile + 1]; ++unit) {
      count += layer_.make_tile(unit, image, rows + count * pitch, pitch, pixels + count);
    }
    for (std::size_t i = 0; i < count; ++i) pixels[i] *= static_cast<std::int32_t>(pixel_stride);
    float* const sums = rows + most_pixels_ * pitch_of(channels_);
    if (addend.data != nullptr) {
      for (const Panel& panel : pointwise_.panels())
        load_addend(addend, panel, {pixels, count}, pixel_stride, sums + panel.first * most_pixels_);
    }
    multiply(rows, pixels, count, sums, addend.data == nullptr, output);
  }

  /// output = activation(sums, unless they begin at 0, + rows times the pointwise weights + bias)
  void multiply(const float* rows, const std::int32_t* offsets, std::size_t count, float* sums,
                bool from_zero, float* output) const noexcept {
    const std::size_t chunks = (channels_ + kDepth - 1) / kDepth;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
      const std::size_t from = channels_ * chunk / chunks, to = channels_ * (chunk + 1) / chunks;
      const bool last = chunk + 1 == chunks;
      for (const Panel& panel : pointwise_.panels()) {
        GemmPanel product{};
        product.input = rows + from;
        product.row_stride = pitch_of(channels_);
        product.count = count;
        product.depth = to - from;
        product.weights = pointwise_.data(panel) + from * panel.width;
        product.width = panel.width;
        product.sums = sums + panel.first * most_pixels_;
        product.first = chunk == 0 && from_zero;
        product.output = last ? output + panel.first : nullptr;
        product.out_offsets = offsets;
        product.columns = panel.columns;
        product.epilogue = pointwise_.epilogue(panel);
        kernels_.gemm_panel(product);
      }
    }
  }

  const Kernels& kernels_ = kernels();  // those for which the weights are packed
  std::size_t batch_, channels_, most_pixels_, workers_ = 1;
  DepthwiseLayer layer_;
  PackedWeights pointwise_;
  std::vector<std::uint32_t> tiles_;  ///< the first unit of each, and the number of units
  Buffer<float> scratch_;             ///< of each worker: rows, then sums
  Buffer<std::int32_t> pixels_;
};

}  // namespace

PlanResult plan_separable(const ConvShape& depthwise, std::span<const float> filter, const Epilogue& middle,
                          std::size_t out_channels, std::span<const float> pointwise,
                          const Epilogue& epilogue, const PlanOptions& options) noexcept try {
  const std::size_t channels = depthwise.out_channels;
  const ImageShape& in = depthwise.input;
  const std::size_t pixels = in.batch * depthwise.out_height * depthwise.out_width;
  const std::size_t pictures = in.batch * in.height * in.width * in.channels + pixels * out_channels;
  const MemoryLimit limit = limit_of(options, filter.size() + pointwise.size(), pictures);
  PackedWeights packed(view_filter(pointwise, 1, channels, out_channels), epilogue, kernels());
  DepthwiseLayer::Sizes sizes{rows_of(depthwise), columns_of(depthwise), in.channels, channels / in.channels,
                              kTilePixels / kRun};
  const std::size_t fixed = packed.bytes() + filter.size_bytes();
  // A band of one line would be a whole line.
  while (sizes.band > 3 &&
         fixed + scratch_floats(sizes.band * kRun, channels, width_of(packed)) * sizeof(float) >
             limit.wanted) {
    sizes.band /= 2;
  }
  auto plan =
      std::make_unique<SeparablePlan>(sizes, in.batch, filter, middle, std::move(packed), limit.wanted);
  if (plan->bytes() > limit.most) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
