#include "conv/filter_gradient.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/buffer.h"
#include "base/parallel_steps.h"
#include "base/worth.h"

namespace densecrf {
namespace {

constexpr std::size_t kLeastTasks = 12, kTasksOfThread = 6, kFewChannels = 24, kLeastRows = 24,
                      kLeastLines = 4;
constexpr std::size_t kLine = 16;  // floats of a cache line

std::size_t ceil_div(std::size_t a, std::size_t b) noexcept { return (a + b - 1) / b; }

}  // namespace

FilterGradient::FilterGradient(const ConvShape& shape, const Kernels& use) noexcept
    : shape_(shape), use_(use), y_(Axis::vertical(shape)), x_(Axis::horizontal(shape)) {
  PanelShape panel{};
  use.panel_shape(panel);
  panel_ = panel.widest, lanes_ = panel.lanes;
  const std::size_t channels = shape.input.channels, kernel_row = shape.kernel_width * channels;
  if (channels < kFewChannels && kernel_row <= kStripRows) {
    taps_ = shape.kernel_width * std::min(shape.kernel_height, kStripRows / kernel_row);
  }
  tap_blocks_ = ceil_div(shape.kernel_height * shape.kernel_width, taps_);
  column_blocks_ = ceil_div(shape.out_channels, kMostColumns);
  const std::size_t lines = shape.input.batch * shape.out_height;
  row_blocks_ = taps_ == 1 ? ceil_div(channels, kMostRows) : 1;
  parts_ = std::clamp<std::size_t>(lines / kLeastLines, 1, ceil_div(kLeastTasks, tasks_of_part()));
  // More tasks for more threads change no sum.
  const std::size_t wanted = ceil_div(kTasksOfThread * concurrency(), parts_ * tap_blocks_ * column_blocks_);
  if (taps_ == 1) row_blocks_ = std::max(row_blocks_, std::min(wanted, channels / kLeastRows));
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

/// Lays the rows of pixels side by side. While one list of pixels is multiplied, the next is known.
class FilterGradient::Gather {
 public:
  Gather(const FilterGradient& of, const Block& block, const float* input, const float* out_gradient,
         const Scratch& scratch) noexcept
      : of_(of),
        block_(block),
        input_(input),
        out_gradient_(out_gradient),
        scratch_(scratch),
        line_(block.lines.first - 1) {
    collect();
  }

  /// Gathers the next list; false: there is none.
  bool advance() noexcept {
    count_ = next_count_;
    for (std::size_t slot = 0; slot < count_; ++slot) add(slot, next_[slot]);
    collect();
    return count_ > 0;
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Fetches share `i` of `shares` of what the list after this one will read to the second cache.
  void prefetch(std::size_t i, std::size_t shares) const noexcept {
    const auto fetch = [](const float* row, std::size_t floats) {
      for (std::size_t at = 0; at < floats; at += kLine) __builtin_prefetch(row + at, 0, 2);
    };
    for (std::size_t slot = next_count_ * i / shares; slot < next_count_ * (i + 1) / shares; ++slot) {
      if (block_.taps == 1) fetch(left_row(next_[slot]), block_.rows);
      fetch(right_row(next_[slot]), block_.columns);
    }
  }

 private:
  struct Pixel {
    std::ptrdiff_t n, y, x;
  };

  void collect() noexcept {
    next_count_ = 0;
    while (next_count_ < kPixels) {
      if (columns_.first < columns_.last) {
        next_[next_count_++] = {line_ / of_.y_.out, line_ % of_.y_.out, columns_.first++};
      } else if (line_ + 1 < block_.lines.last) {
        columns_ = columns(++line_ % of_.y_.out);
      } else {
        return;
      }
    }
  }
  /// The outputs of a line that have a share in the block.
  [[nodiscard]] Range columns(std::ptrdiff_t y) const noexcept {
    if (block_.taps > 1) return {0, of_.x_.out};
    if (!of_.y_.outputs_of(block_.tap / of_.x_.taps).holds(y)) return {0, 0};
    return of_.x_.outputs_of(block_.tap % of_.x_.taps);
  }
  void add(std::size_t slot, const Pixel& at) const noexcept {
    if (block_.taps > 1) {
      add_taps(scratch_.left + slot * block_.rows, at);
    } else {
      const float* const from = left_row(at);
      for (std::size_t strip = 0; strip < block_.strips(); ++strip) {
        const std::size_t first = block_.strip(strip), rows = block_.strip(strip + 1) - first;
        std::memcpy(scratch_.left + first * kPixels + slot * rows, from + first, rows * sizeof(float));
      }
    }
    add_right(slot, right_row(at));
  }
  [[nodiscard]] const float* pixel(std::ptrdiff_t n, std::ptrdiff_t v, std::ptrdiff_t u) const noexcept {
    return input_ + static_cast<std::size_t>((n * of_.y_.in + v) * of_.x_.in + u) * of_.shape_.input.channels;
  }
  [[nodiscard]] const float* left_row(const Pixel& at) const noexcept {
    const std::ptrdiff_t i = block_.tap / of_.x_.taps, j = block_.tap % of_.x_.taps;
    return pixel(at.n, of_.y_.at(at.y, i), of_.x_.at(at.x, j)) + block_.channel;
  }
  [[nodiscard]] const float* right_row(const Pixel& at) const noexcept {
    const auto p = static_cast<std::size_t>((at.n * of_.y_.out + at.y) * of_.x_.out + at.x);
    return out_gradient_ + p * of_.shape_.out_channels + block_.column;
  }
  /// Whole rows of the kernel; taps outside the picture are 0.
  void add_taps(float* left, const Pixel& at) const noexcept {
    const auto [n, y, x] = at;
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
  void add_right(std::size_t slot, const float* from) const noexcept {
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
  std::ptrdiff_t line_;
  Range columns_{0, 0};
  Pixel next_[kPixels];
  std::size_t count_ = 0, next_count_ = 0;
};

void FilterGradient::multiply(const Block& of, const Scratch& scratch, Gather& gather,
                              bool first) const noexcept {
  const std::size_t calls = ceil_div(of.columns, panel_) * of.strips();
  std::size_t call = 0;
  for (std::size_t strip = 0; strip < of.strips(); ++strip) {
    const std::size_t row = of.strip(strip), rows = of.strip(strip + 1) - row;
    for (std::size_t at = 0; at < of.columns; at += panel_, ++call) {
      const std::size_t width = ceil_div(std::min(panel_, of.columns - at), lanes_) * lanes_;
      gather.prefetch(call, calls);
      use_.outer_rows({.left = scratch.left + row * kPixels,
                       .left_stride = rows,
                       .rows = rows,
                       .right = scratch.right + at * kPixels,
                       .width = width,
                       .count = gather.count(),
                       .sums = scratch.sums + at * kMostRows + row * width,
                       .first = first});
    }
  }
}

void FilterGradient::save(const Block& of, const Scratch& scratch, float* gradient) const noexcept {
  const std::size_t stride = shape_.out_channels;
  const std::size_t row = static_cast<std::size_t>(of.tap) * shape_.input.channels + of.channel;
  for (std::size_t i = 0; i < of.rows; ++i) {
    float* const to = gradient + (row + i) * stride + of.column;
    for (std::size_t at = 0; at < of.columns; at += panel_) {
      const std::size_t rest = std::min(panel_, of.columns - at);
      const std::size_t width = ceil_div(rest, lanes_) * lanes_;
      std::memcpy(to + at, scratch.sums + at * kMostRows + i * width, rest * sizeof(float));
    }
  }
}

void FilterGradient::run(std::size_t task, const float* input, const float* out_gradient,
                         const Scratch& scratch, float* gradients) const noexcept {
  const Block of = block(task);
  Gather gather(*this, of, input, out_gradient, scratch);
  // At least once: a block without pixels is 0.
  bool first = true;
  while (gather.advance() || first) {
    multiply(of, scratch, gather, first);
    first = false;
  }
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
