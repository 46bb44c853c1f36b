#include "conv/depthwise_layer.h"

#include <algorithm>

#include "base/parallel_steps.h"
#include "densecrf/threads.h"

namespace densecrf {
namespace {

constexpr std::size_t kPad = 64;  // floats: kernels may read whole registers

Buffer<float> padded(std::span<const float> values, std::size_t count) {
  Buffer<float> out((count + kPad - 1) / kPad * kPad);
  std::fill(std::copy(values.begin(), values.end(), out.begin()), out.end(), 0.0F);
  return out;
}

/// Rows of the input that stay in the second cache until the next line reads them let whole lines be made
/// one after the other; else a run is made on some lines, so that its columns stay there.
std::size_t band_of(const DepthwiseLayer::Sizes& sizes) noexcept {
  constexpr std::size_t kNear = std::size_t{256} << 10, kBand = 16;
  if (sizes.band != 0) return sizes.band;
  return sizes.y.taps * sizes.x.in_size * sizes.channels * sizeof(float) <= kNear ? 1 : kBand;
}

}  // namespace

DepthwiseLayer::DepthwiseLayer(const Sizes& sizes, std::span<const float> filter, const Epilogue& epilogue)
    : sizes_(sizes),
      filter_(filter.size()),
      bias_(padded(epilogue.bias, sizes.channels * sizes.multiplier)),
      slopes_(padded(epilogue.slopes, sizes.channels * sizes.multiplier)),
      epilogue_{bias_.data(), epilogue.activation, epilogue.slope, slopes_.data()},
      grid_(sizes.y, sizes.x, sizes.channels,
            depthwise_outputs(sizes.x.taps, sizes.x.shift(), sizes.multiplier), band_of(sizes)) {
  std::copy(filter.begin(), filter.end(), filter_.begin());
}

std::size_t DepthwiseLayer::input_floats() const noexcept {
  return sizes_.y.in_size * sizes_.x.in_size * sizes_.channels;
}
std::size_t DepthwiseLayer::out_pixels() const noexcept { return sizes_.y.out_size * sizes_.x.out_size; }

DepthwisePass DepthwiseLayer::pass() const noexcept {
  DepthwisePass pass{};
  pass.weights = filter_.data();
  pass.weight_step = pass.channels = sizes_.channels * sizes_.multiplier;
  pass.multiplier = sizes_.multiplier;
  pass.width = sizes_.x.taps;
  pass.shift = sizes_.x.shift();
  pass.row_step = static_cast<std::ptrdiff_t>(sizes_.y.dilation * sizes_.x.in_size * sizes_.channels);
  pass.column_step = static_cast<std::ptrdiff_t>(sizes_.x.dilation * sizes_.channels);
  pass.run_step = sizes_.x.step() * sizes_.x.out_step;
  pass.epilogue = epilogue_;
  return pass;
}

void DepthwiseLayer::make(const DepthwisePass& pass) const noexcept {
  const bool in_registers = has_depthwise_runs(pass.width, pass.shift, pass.multiplier, pass.channels);
  in_registers ? kernels().depthwise_runs(pass) : kernels().depthwise_taps(pass);
}

void DepthwiseLayer::add_filter_gradient(const DepthwisePass& pass, const float* out_gradient,
                                         float* sums) const noexcept {
  const bool in_registers = has_depthwise_runs(pass.width, pass.shift, pass.multiplier, pass.channels);
  in_registers ? kernels().depthwise_filter_runs(pass, out_gradient, sums)
               : kernels().depthwise_filter_taps(pass, out_gradient, sums);
}

std::size_t DepthwiseLayer::make_tile(std::size_t unit, const float* image, float* tile, std::size_t pitch,
                                      std::int32_t* pixels) const noexcept {
  DepthwisePass all = pass();
  grid_.select(unit, all);
  const std::size_t step = all.run_step;
  std::size_t count = 0;
  for (std::size_t r = 0; r < all.run_count; ++r) {
    DepthwiseRun run = all.runs[r];
    run.output = 0;
    for (std::size_t l = 0; l < all.line_count; ++l) {
      DepthwiseLine line = all.lines[l];
      const std::size_t first = line.output + all.runs[r].output;
      line.output = 0;
      DepthwisePass one = all;
      one.input = image;
      one.output = tile + count * pitch;
      one.run_step = 1, one.pixel_step = pitch;
      one.lines = &line, one.line_count = 1;
      one.runs = &run, one.run_count = 1;
      make(one);
      for (std::size_t i = 0; i < run.count; ++i) {
        pixels[count++] = static_cast<std::int32_t>(first + i * step);
      }
    }
  }
  return count;
}

std::size_t DepthwiseLayer::bytes() const noexcept {
  return filter_.bytes() + bias_.bytes() + slopes_.bytes() + grid_.bytes();
}

std::size_t units_of(std::span<const DepthwiseLayer> layers) noexcept {
  std::size_t units = 0;
  for (const DepthwiseLayer& layer : layers) units += layer.grid().units();
  return units;
}

UnitPlace place_of(std::span<const DepthwiseLayer> layers, std::size_t unit) noexcept {
  const std::size_t per_image = units_of(layers);
  UnitPlace at{layers.data(), unit / per_image, unit % per_image};
  for (; at.unit >= at.layer->grid().units(); ++at.layer) at.unit -= at.layer->grid().units();
  return at;
}

Status run_depthwise(std::span<const DepthwiseLayer> layers, std::size_t batch, const float* input,
                     float* output, std::size_t pixel_stride, const RunControl& control) noexcept {
  constexpr std::size_t kTasks = 8;  // for each worker: neighbours mostly stay together
  const std::size_t units = units_of(layers) * batch;
  const std::size_t workers = std::min<std::size_t>(concurrency(), units);
  const std::size_t tasks = std::min(units, kTasks * workers);

  return parallel_steps(tasks, static_cast<unsigned>(workers), control, [&](std::size_t task, unsigned) {
    for (std::size_t unit = units * task / tasks; unit < units * (task + 1) / tasks; ++unit) {
      const auto [layer, image, rest] = place_of(layers, unit);
      DepthwisePass pass = layer->pass();
      pass.input = input + image * layer->input_floats();
      pass.output = output + image * layer->out_pixels() * pixel_stride;
      pass.pixel_step = pixel_stride;
      layer->grid().select(rest, pass);
      layer->make(pass);
    }
  });
}

}  // namespace densecrf
