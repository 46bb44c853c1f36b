#include "conv/depthwise_grid.h"

#include <algorithm>
#include <numeric>

namespace densecrf {
namespace {

struct Range {
  std::uint32_t first = 0, last = 0;
};

std::ptrdiff_t base(const TapAxis& axis, std::size_t output) noexcept {
  return static_cast<std::ptrdiff_t>(output * axis.stride) + axis.origin;
}

/// Which of `taps` places, a dilation apart from `at` on, are inside.
Range inside(std::ptrdiff_t at, std::size_t taps, const TapAxis& axis) noexcept {
  const auto step = static_cast<std::ptrdiff_t>(axis.dilation),
             end = static_cast<std::ptrdiff_t>(axis.in_size);
  const auto count = static_cast<std::ptrdiff_t>(taps);
  const std::ptrdiff_t first = at < 0 ? (step - 1 - at) / step : 0;
  const std::ptrdiff_t last = at < end ? std::min((end - 1 - at) / step + 1, count) : 0;
  if (first >= last) return {};
  return {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)};
}

/// body(first output, how many) for each phase: outputs step() apart.
template <class Body>
void for_phases(const TapAxis& axis, Body body) {
  const std::size_t step = axis.step();
  for (std::size_t p = 0; p < std::min(step, axis.out_count); ++p)
    body(p, (axis.out_count - p + step - 1) / step);
}

bool is_empty(const TapAxis& axis, std::size_t output) noexcept {
  return inside(base(axis, output), axis.taps, axis).last == 0;
}

}  // namespace

std::size_t TapAxis::step() const noexcept { return dilation / std::gcd(stride, dilation); }
std::size_t TapAxis::shift() const noexcept { return stride / std::gcd(stride, dilation); }

TapAxis rows_of(const ConvShape& s) noexcept {
  return {s.input.height, s.out_height, s.kernel_height,
          s.stride_y,     s.dilation_y, -static_cast<std::ptrdiff_t>(s.pad_top),
          s.out_height};
}
TapAxis columns_of(const ConvShape& s) noexcept {
  return {s.input.width, s.out_width,  s.kernel_width,
          s.stride_x,    s.dilation_x, -static_cast<std::ptrdiff_t>(s.pad_left),
          s.out_width};
}

DepthwiseGrid::DepthwiseGrid(const TapAxis& y, const TapAxis& x, std::size_t channels, std::size_t outputs,
                             std::size_t band) {
  add_lines(y, x.in_size * channels, x.out_size, band);
  add_runs(x, channels, outputs);
  group = band == 1 ? runs.size() : 1;
}

void DepthwiseGrid::add_lines(const TapAxis& y, std::size_t row, std::size_t out_width, std::size_t band) {
  for_phases(y, [&](std::size_t phase, std::size_t count) {
    const std::size_t pieces = (count + band - 1) / band;
    for (std::size_t i = 0, piece = 0; i < count; ++i) {
      if (i == count * piece / pieces) bands.push_back(static_cast<std::uint32_t>(lines.size())), ++piece;
      const std::size_t output = phase + i * y.step();
      const auto [first, last] = inside(base(y, output), y.taps, y);
      lines.push_back(
          {base(y, output) * static_cast<std::ptrdiff_t>(row), y.place(output) * out_width, first, last});
    }
  });
  bands.push_back(static_cast<std::uint32_t>(lines.size()));
}

void DepthwiseGrid::add_runs(const TapAxis& x, std::size_t channels, std::size_t outputs) {
  for_phases(x, [&](std::size_t phase, std::size_t count) {
    for (std::size_t i = 0, end; i < count; i = end) {
      const bool empty = is_empty(x, phase + i * x.step());
      for (end = i + 1; end < count && is_empty(x, phase + end * x.step()) == empty;) ++end;
      // Pieces of nearly equal length: a last one of an output or two would load most columns for itself.
      const std::size_t pieces = (end - i + outputs - 1) / outputs;
      for (std::size_t k = 0; k < pieces; ++k) {
        const std::size_t from = i + (end - i) * k / pieces, to = i + (end - i) * (k + 1) / pieces;
        const std::size_t output = phase + from * x.step();
        const auto [first, last] = inside(base(x, output), (to - from - 1) * x.shift() + x.taps, x);
        runs.push_back({base(x, output) * static_cast<std::ptrdiff_t>(channels), x.place(output),
                        static_cast<std::uint32_t>(to - from), first, last});
      }
    }
  });
}

void DepthwiseGrid::select(std::size_t unit, DepthwisePass& pass) const noexcept {
  const std::size_t groups = (runs.size() + group - 1) / group;
  const std::size_t band = unit / groups, first = unit % groups * group;
  pass.lines = lines.data() + bands[band];
  pass.line_count = bands[band + 1] - bands[band];
  pass.runs = runs.data() + first;
  pass.run_count = std::min(group, runs.size() - first);
}

std::size_t DepthwiseGrid::bytes() const noexcept {
  return lines.capacity() * sizeof(DepthwiseLine) + runs.capacity() * sizeof(DepthwiseRun) +
         bands.capacity() * sizeof(std::uint32_t);
}

}  // namespace densecrf
