#include <algorithm>
#include <memory>
#include <new>
#include <numeric>
#include <utility>
#include <vector>

#include "base/parallel_steps.h"
#include "conv/depthwise_layer.h"
#include "conv/memory_limit.h"
#include "densecrf/conv.h"
#include "densecrf/threads.h"

namespace densecrf {
namespace {

/// The inputs q, q + stride, ... of an axis: outputs of a convolution with stride 1 over the gradients, whose
/// taps are those of the forward convolution that can reach these inputs, last one first.
struct GradientAxis {
  TapAxis axis;
  std::vector<std::size_t> taps;
};

GradientAxis gradient_axis(const TapAxis& forward, std::size_t q) {
  const auto at = static_cast<std::ptrdiff_t>(q) - forward.origin;  // >= 0: an origin is minus a padding
  const auto stride = static_cast<std::ptrdiff_t>(forward.stride);
  GradientAxis out{{forward.out_count, (forward.in_size - q + forward.stride - 1) / forward.stride, 0, 1,
                    forward.step(), 0, forward.in_size, q, forward.stride},
                   {}};
  for (std::size_t t = forward.taps; t-- > 0;) {
    const std::ptrdiff_t distance = at - static_cast<std::ptrdiff_t>(t * forward.dilation);
    if (distance % stride != 0) continue;
    if (out.taps.empty()) out.axis.origin = distance / stride;
    out.taps.push_back(t);
  }
  out.axis.taps = out.taps.size();
  return out;
}

/// Tap (i, j) of the result is tap (rows[i], columns[j]) of a filter [height, width, channels].
std::vector<float> pick_taps(std::span<const float> filter, std::size_t width, std::size_t channels,
                             const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns) {
  std::vector<float> out;
  out.reserve(rows.size() * columns.size() * channels);
  for (const std::size_t i : rows) {
    for (const std::size_t j : columns) {
      const float* const from = filter.data() + (i * width + j) * channels;
      out.insert(out.end(), from, from + channels);
    }
  }
  return out;
}

/// A convolution of the output's gradients for each residue of the strides; where input channels were used
/// several times, what comes back to them is added up.
class InputGradientPlan final : public LayerPlan {
 public:
  InputGradientPlan(const ConvShape& shape, std::span<const float> filter)
      : batch_(shape.input.batch),
        channels_(shape.input.channels),
        multiplier_(shape.out_channels / shape.input.channels) {
    const TapAxis y = rows_of(shape), x = columns_of(shape);
    for (std::size_t p = 0; p < std::min(y.stride, y.in_size); ++p) {
      for (std::size_t q = 0; q < std::min(x.stride, x.in_size); ++q) {
        const GradientAxis rows = gradient_axis(y, p), columns = gradient_axis(x, q);
        layers_.emplace_back(
            DepthwiseLayer::Sizes{rows.axis, columns.axis, shape.out_channels, 1,
                                  multiplier_ == 1 ? 0 : kBand},
            pick_taps(filter, shape.kernel_width, shape.out_channels, rows.taps, columns.taps), Epilogue{});
      }
    }
    if (multiplier_ == 1) return;
    workers_ = concurrency();
    tiles_ = Buffer<float>(workers_ * kBand * kRun * shape.out_channels);
  }

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    if (multiplier_ == 1) return run_depthwise(layers_, batch_, input, output, pixel_stride, control);
    const std::size_t units = batch_ * units_of(layers_);
    const auto workers = static_cast<unsigned>(std::min({std::size_t{concurrency()}, workers_, units}));
    return parallel_steps(units, workers, control, [&](std::size_t unit, unsigned worker) {
      const UnitPlace at = place_of(layers_, unit);
      float* const tile = tiles_.data() + worker * kBand * kRun * channels_ * multiplier_;
      std::int32_t pixels[kBand * kRun];
      const std::size_t count = at.layer->make_tile(at.unit, input + at.image * at.layer->input_floats(),
                                                    tile, channels_ * multiplier_, pixels);
      float* const image = output + at.image * at.layer->out_pixels() * pixel_stride;
      for (std::size_t i = 0; i < count; ++i) {
        kernels().fold_channels(tile + i * channels_ * multiplier_, channels_, multiplier_,
                                image + static_cast<std::size_t>(pixels[i]) * pixel_stride);
      }
    });
  }
  std::size_t bytes() const noexcept override {
    std::size_t bytes = tiles_.bytes();
    for (const DepthwiseLayer& layer : layers_) bytes += layer.bytes();
    return bytes;
  }
  std::string_view algorithm() const noexcept override { return "depthwise"; }

 private:
  static constexpr std::size_t kBand = 2, kRun = kDepthwiseOutputs;

  std::size_t batch_, channels_, multiplier_, workers_ = 0;
  std::vector<DepthwiseLayer> layers_;
  Buffer<float> tiles_;
};

}  // namespace

PlanResult plan_depthwise_input_gradient(const ConvShape& shape, std::span<const float> filter,
                                         const PlanOptions& options) noexcept try {
  auto plan = std::make_unique<InputGradientPlan>(shape, filter);
  if (plan->bytes() > limit_of(options, filter.size(), pictures_of(shape)).most)
    return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

namespace {

/// How many partial sums: enough for many threads, few enough that adding them up costs little. Depends on
/// the shape alone, so that results do not depend on the number of threads.
std::size_t parts_of(const ConvShape& shape, std::size_t units) noexcept {
  const std::size_t pixels = shape.input.batch * shape.out_height * shape.out_width;
  const std::size_t taps = shape.kernel_height * shape.kernel_width;
  return std::min(std::clamp<std::size_t>(pixels / (30 * taps), 1, 32), units);
}

}  // namespace

Status depthwise_filter_gradient(const ConvShape& shape, std::span<const float> input,
                                 std::span<const float> out_gradient, std::span<float> gradient,
                                 const RunControl& control) noexcept try {
  const std::size_t multiplier = shape.out_channels / shape.input.channels;
  const DepthwiseLayer layer({rows_of(shape), columns_of(shape), shape.input.channels, multiplier}, {}, {});
  const std::size_t units = layer.grid().units() * shape.input.batch, parts = parts_of(shape, units);
  const std::size_t size = gradient.size();
  Buffer<float> sums(parts * size);
  const auto workers = static_cast<unsigned>(std::min<std::size_t>(concurrency(), parts));
  const Status status = parallel_steps(parts, workers, control, [&](std::size_t part, unsigned) {
    float* const mine = sums.data() + part * size;
    std::fill(mine, mine + size, 0.0F);
    for (std::size_t unit = units * part / parts; unit < units * (part + 1) / parts; ++unit) {
      const UnitPlace at = place_of({&layer, 1}, unit);
      DepthwisePass pass = layer.pass();
      pass.input = input.data() + at.image * layer.input_floats();
      pass.pixel_step = shape.out_channels;
      layer.grid().select(at.unit, pass);
      layer.add_filter_gradient(
          pass, out_gradient.data() + at.image * layer.out_pixels() * shape.out_channels, mine);
    }
  });
  if (status != Status::kOk) return status;
  std::copy(sums.begin(), sums.begin() + size, gradient.begin());
  for (std::size_t part = 1; part < parts; ++part) {
    const float* const from = sums.data() + part * size;
    for (std::size_t i = 0; i < size; ++i) gradient[i] += from[i];
  }
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
