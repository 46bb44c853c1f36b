#include "conv/filter_gradient.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "base/buffer.h"
#include "base/parallel_steps.h"
#include "base/worth.h"

namespace densecrf {
namespace {

constexpr std::size_t kWantedTasks = 48, kFewChannels = 24, kLeastRows = 24, kLeastLines = 4;

std::size_t ceil_div(std::size_t a, std::size_t b) noexcept { return (a + b - 1) / b; }

}  // namespace

FilterGradient::FilterGradient(const ConvShape& shape, const Kernels& use) noexcept
    : shape_(shape), use_(use), y_(Axis::vertical(shape)), x_(Axis::horizontal(shape)) {
  PanelShape panel{};
  use.panel_shape(panel);
  panel_ = panel.widest, lanes_ = panel.lanes;
  const std::size_t channels = shape.input.channels, kernel_row = shape.kernel_width * channels;
  if (channels < kFewChannels && kernel_row <= kMostRows) {
    taps_ = shape.kernel_width * std::min(shape.kernel_height, kMostRows / kernel_row);
  }
  tap_blocks_ = ceil_div(shape.kernel_height * shape.kernel_width, taps_);
  column_blocks_ = ceil_div(shape.out_channels, kMostColumns);
  if (taps_ == 1) {
    const std::size_t wanted = ceil_div(kWantedTasks, tap_blocks_ * column_blocks_);
    row_blocks_ = std::max(std::min(wanted, channels / kLeastRows), ceil_div(channels, kMostRows));
  }
  const std::size_t lines = shape.input.batch * shape.out_height;
  parts_ = std::clamp<std::size_t>(lines / kLeastLines, 1, ceil_div(kWantedTasks, tasks_of_part()));
}

std::size_t FilterGradient::work() const noexcept {
  return shape_.input.batch * shape_.out_height * shape_.out_width * shape_.kernel_height *
         shape_.kernel_width * shape_.input.channels / 16 * shape_.out_channels;
}

FilterGradient::Block FilterGradient::block(std::size_t task) const noexcept {
  const std::size_t column_block = task % column_blocks_, row_block = task / column_blocks_ % row_blocks_;
  const std::size_t tap_block = task / (column_blocks_ * row_blocks_) % tap_blocks_;
  const std::size_t part = task / tasks_of_part(), lines = shape_.input.batch * shape_.out_height;
  const std::size_t taps = std::min(taps_, shape_.kernel_height * shape_.kernel_width - tap_block * taps_);
  const std::size_t channels = shape_.input.channels, channel = channels * row_block / row_blocks_;
  const std::size_t column = column_block * kMostColumns;
  return {.lines = {static_cast<std::ptrdiff_t>(lines * part / parts_),
                    static_cast<std::ptrdiff_t>(lines * (part + 1) / parts_)},
          .tap = static_cast<std::ptrdiff_t>(tap_block * taps_),
          .taps = static_cast<std::ptrdiff_t>(taps),
          .channel = channel,
          .rows = taps * (channels * (row_block + 1) / row_blocks_ - channel),
          .column = column,
          .columns = std::min(kMostColumns, shape_.out_channels - column)};
}

/// Lays the rows of pixels side by side.
class FilterGradient::Gather {
 public:
  Gather(const FilterGradient& of, const Block& block, const float* input, const float* out_gradient,
         const Scratch& scratch) noexcept
      : of_(of), block_(block), input_(input), out_gradient_(out_gradient), scratch_(scratch) {}

  /// The outputs of a line that have a share in the block.
  [[nodiscard]] Range columns(std::ptrdiff_t y) const noexcept {
    if (block_.taps > 1) return {0, of_.x_.out};
    if (!of_.y_.outputs_of(block_.tap / of_.x_.taps).holds(y)) return {0, 0};
    return of_.x_.outputs_of(block_.tap % of_.x_.taps);
  }
  void add(std::size_t slot, std::ptrdiff_t n, std::ptrdiff_t y, std::ptrdiff_t x) const noexcept {
    float* const left = scratch_.left + slot * block_.rows;
    if (block_.taps > 1) {
      add_taps(left, n, y, x);
    } else {
      const std::ptrdiff_t i = block_.tap / of_.x_.taps, j = block_.tap % of_.x_.taps;
      std::memcpy(left, pixel(n, of_.y_.at(y, i), of_.x_.at(x, j)) + block_.channel,
                  block_.rows * sizeof(float));
    }
    add_right(slot, (n * of_.y_.out + y) * of_.x_.out + x);
  }

 private:
  [[nodiscard]] const float* pixel(std::ptrdiff_t n, std::ptrdiff_t v, std::ptrdiff_t u) const noexcept {
    return input_ + static_cast<std::size_t>((n * of_.y_.in + v) * of_.x_.in + u) * of_.shape_.input.channels;
  }
  /// Whole rows of the kernel; taps outside the picture are 0.
  void add_taps(float* left, std::ptrdiff_t n, std::ptrdiff_t y, std::ptrdiff_t x) const noexcept {
    const std::size_t channels = of_.shape_.input.channels;
    const Range vertical = of_.y_.taps_of(y), horizontal = of_.x_.taps_of(x);
    // Undilated taps are neighbours in the picture.
    const std::ptrdiff_t run = of_.x_.dilation == 1 ? horizontal.size() : 1;
    std::memset(left, 0, block_.rows * sizeof(float));
    const std::ptrdiff_t top = block_.tap / of_.x_.taps, rows = block_.taps / of_.x_.taps;
    for (std::ptrdiff_t i = std::max(vertical.first, top); i < std::min(vertical.last, top + rows); ++i) {
      for (std::ptrdiff_t j = horizontal.first; j < horizontal.last; j += run) {
        std::memcpy(left + static_cast<std::size_t>((i - top) * of_.x_.taps + j) * channels,
                    pixel(n, of_.y_.at(y, i), of_.x_.at(x, j)),
                    static_cast<std::size_t>(run) * channels * sizeof(float));
      }
    }
  }
  void add_right(std::size_t slot, std::ptrdiff_t p) const noexcept {
    const float* const from =
        out_gradient_ + static_cast<std::size_t>(p) * of_.shape_.out_channels + block_.column;
    for (std::size_t at = 0; at < block_.columns; at += of_.panel_) {
      const std::size_t rest = std::min(of_.panel_, block_.columns - at);
      const std::size_t width = ceil_div(rest, of_.lanes_) * of_.lanes_;
      float* const to = scratch_.right + at * kPixels + slot * width;
      std::memcpy(to, from + at, rest * sizeof(float));
      std::fill(to + rest, to + width, 0.0F);
    }
  }

  const FilterGradient& of_;
  const Block& block_;
  const float *input_, *out_gradient_;
  const Scratch& scratch_;
};

void FilterGradient::multiply(const Block& of, std::size_t count, bool first,
                              const Scratch& scratch) const noexcept {
  for (std::size_t at = 0; at < of.columns; at += panel_) {
    const std::size_t width = ceil_div(std::min(panel_, of.columns - at), lanes_) * lanes_;
    use_.outer_rows({.left = scratch.left,
                     .left_stride = of.rows,
                     .rows = of.rows,
                     .right = scratch.right + at * kPixels,
                     .width = width,
                     .count = count,
                     .sums = scratch.sums + at * kMostRows,
                     .first = first});
  }
}

void FilterGradient::save(const Block& of, const Scratch& scratch, float* gradient) const noexcept {
  const std::size_t stride = shape_.out_channels;
  const std::size_t row = static_cast<std::size_t>(of.tap) * shape_.input.channels + of.channel;
  for (std::size_t at = 0; at < of.columns; at += panel_) {
    const std::size_t rest = std::min(panel_, of.columns - at);
    const std::size_t width = ceil_div(rest, lanes_) * lanes_;
    for (std::size_t i = 0; i < of.rows; ++i) {
      std::memcpy(gradient + (row + i) * stride + of.column + at, scratch.sums + at * kMostRows + i * width,
                  rest * sizeof(float));
    }
  }
}

void FilterGradient::run(std::size_t task, const float* input, const float* out_gradient,
                         const Scratch& scratch, float* gradients) const noexcept {
  const Block of = block(task);
  const Gather gather(*this, of, input, out_gradient, scratch);
  std::size_t held = 0;
  bool first = true;
  for (std::ptrdiff_t line = of.lines.first; line < of.lines.last; ++line) {
    const std::ptrdiff_t n = line / y_.out, y = line % y_.out;
    const Range columns = gather.columns(y);
    for (std::ptrdiff_t x = columns.first; x < columns.last; ++x) {
      gather.add(held++, n, y, x);
      if (held < kPixels) continue;
      multiply(of, held, first, scratch);
      held = 0, first = false;
    }
  }
  if (held > 0 || first) multiply(of, held, first, scratch);
  const std::size_t length =
      shape_.kernel_height * shape_.kernel_width * shape_.input.channels * shape_.out_channels;
  save(of, scratch, gradients + task / tasks_of_part() * length);
}

Status conv2d_filter_gradient(const ConvShape& shape, std::span<const float> input,
                              std::span<const float> out_gradient, std::span<float> gradient,
                              const RunControl& control) noexcept try {
  const FilterGradient of(shape, kernels());
  const unsigned workers = workers_for(of.tasks(), of.work());
  constexpr std::size_t kEach = FilterGradient::kLeft + FilterGradient::kRight + FilterGradient::kSums;
  Buffer<float> scratch(workers * kEach), parts;
  if (of.parts() > 1) parts = Buffer<float>(of.parts() * gradient.size());
  float* const sums = of.parts() > 1 ? parts.data() : gradient.data();
  const Status status =
      parallel_steps(of.tasks(), workers, control, [&](std::size_t task, unsigned worker) noexcept {
        float* const own = scratch.data() + worker * kEach;
        float* const right = own + FilterGradient::kLeft;
        of.run(task, input.data(), out_gradient.data(), {own, right, right + FilterGradient::kRight}, sums);
      });
  if (status != Status::kOk || of.parts() == 1) return status;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    float sum = 0;
    for (std::size_t part = 0; part < of.parts(); ++part) sum += sums[part * gradient.size() + i];
    gradient[i] = sum;
  }
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
