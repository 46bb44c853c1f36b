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
    : shape_(shape),
      use_(use),
      y_(Axis::vertical(shape)),
      x_(Axis::horizontal(shape)),
      out_pixels_(shape.input.batch * shape.out_height * shape.out_width) {
  PanelShape panel{};
  use.panel_shape(panel);
  panel_ = panel.widest, lanes_ = panel.lanes, most_columns_ = kMostColumns / panel_ * panel_;
  const std::size_t channels = shape.input.channels, kernel_row = shape.kernel_width * channels;
  if (channels < kFewChannels && kernel_row <= kMostRows) {
    taps_ = shape.kernel_width * std::min(shape.kernel_height, kMostRows / kernel_row);
  }
  tap_blocks_ = ceil_div(shape.kernel_height * shape.kernel_width, taps_);
  column_blocks_ = ceil_div(shape.out_channels, most_columns_);
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
  // All taps read the same rows and columns.
  const std::size_t tap_block = task % tap_blocks_, column_block = task / tap_blocks_ % column_blocks_;
  const std::size_t row_block = task / (tap_blocks_ * column_blocks_) % row_blocks_;
  const std::size_t part = task / tasks_of_part(), lines = shape_.input.batch * shape_.out_height;
  const std::size_t taps = std::min(taps_, shape_.kernel_height * shape_.kernel_width - tap_block * taps_);
  const std::size_t channels = shape_.input.channels, channel = channels * row_block / row_blocks_;
  const std::size_t column = column_block * most_columns_;
  return {.lines = {static_cast<std::ptrdiff_t>(lines * part / parts_),
                    static_cast<std::ptrdiff_t>(lines * (part + 1) / parts_)},
          .tap = static_cast<std::ptrdiff_t>(tap_block * taps_),
          .taps = static_cast<std::ptrdiff_t>(taps),
          .channel = channel,
          .rows = taps * (channels * (row_block + 1) / row_blocks_ - channel),
          .column = column,
          .columns = std::min(most_columns_, shape_.out_channels - column)};
}

std::size_t FilterGradient::right_length() const noexcept {
  const std::size_t columns = shape_.out_channels;
  if (columns <= panel_ && columns % lanes_ == 0) return 0;  // one panel, which lies as it should
  return out_pixels_ * ceil_div(columns, lanes_) * lanes_;
}

std::size_t FilterGradient::lay_out_tasks() const noexcept {
  return right_length() == 0 ? 0 : ceil_div(out_pixels_, kPixels);
}

void FilterGradient::lay_out(std::size_t task, const float* out_gradient, float* right) const noexcept {
  const std::size_t first = task * kPixels, last = std::min(first + kPixels, out_pixels_);
  const std::size_t stride = shape_.out_channels;
  for (std::size_t at = 0; at < stride; at += panel_) {
    const std::size_t columns = std::min(panel_, stride - at), padded = width(at);
    for (std::size_t p = first; p < last; ++p) {
      float* const to = right + at * out_pixels_ + p * padded;
      std::memcpy(to, out_gradient + p * stride + at, columns * sizeof(float));
      std::fill(to + columns, to + padded, 0.0F);
    }
  }
}

/// Goes through the pixels of a block. While one list of them is multiplied, the next is known.
class FilterGradient::Pixels {
 public:
  Pixels(const FilterGradient& of, const Block& block, const Pictures& from, const Scratch& scratch) noexcept
      : of_(of), block_(block), input_(from.input), line_(block.lines.first - 1) {
    if (block.taps > 1) {
      own_ = scratch.left, left_ = own_, stride_ = block.rows;
    } else {
      left_ = input_ + block.channel, stride_ = of.shape_.input.channels;
    }
    right_ = from.right + block.column * of.out_pixels_;
    collect();
  }

  /// Goes on to the next list; false: there is none.
  bool advance() noexcept {
    count_ = next_count_;
    std::copy_n(next_, count_, pairs_);
    if (own_ != nullptr) {
      for (std::size_t slot = 0; slot < count_; ++slot) add_taps(slot);
    }
    collect();
    return count_ > 0;
  }
  [[nodiscard]] const float* left() const noexcept { return left_; }
  [[nodiscard]] std::size_t left_stride() const noexcept { return stride_; }
  [[nodiscard]] const float* right() const noexcept { return right_; }
  [[nodiscard]] const RowPair* pairs() const noexcept { return pairs_; }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  /// Fetches share `i` of `shares` of what the next list will read to the second cache.
  void prefetch(std::size_t i, std::size_t shares) const noexcept {
    const auto fetch = [](const float* row, std::size_t floats) {
      for (std::size_t at = 0; at < floats; at += kLine) __builtin_prefetch(row + at, 0, 2);
    };
    for (std::size_t slot = next_count_ * i / shares; slot < next_count_ * (i + 1) / shares; ++slot) {
      if (own_ == nullptr) fetch(left_ + next_[slot].left * stride_, block_.rows);
      for (std::size_t at = 0; at < block_.columns; at += of_.panel_) {
        const std::size_t width = of_.width(block_.column + at);
        fetch(right_ + at * of_.out_pixels_ + next_[slot].right * width, width);
      }
    }
  }

 private:
  void collect() noexcept {
    next_count_ = 0;
    while (next_count_ < kPixels) {
      if (columns_.first < columns_.last) {
        next_[next_count_] = pair(columns_.first++);
        ++next_count_;
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
  [[nodiscard]] RowPair pair(std::ptrdiff_t x) const noexcept {
    const auto right = static_cast<std::uint32_t>(line_ * of_.x_.out + x);
    if (own_ != nullptr) return {static_cast<std::uint32_t>(next_count_), right};
    const std::ptrdiff_t i = block_.tap / of_.x_.taps, j = block_.tap % of_.x_.taps;
    const std::ptrdiff_t n = line_ / of_.y_.out, y = line_ % of_.y_.out;
    return {static_cast<std::uint32_t>(pixel(n, of_.y_.at(y, i), of_.x_.at(x, j))), right};
  }
  [[nodiscard]] std::ptrdiff_t pixel(std::ptrdiff_t n, std::ptrdiff_t v, std::ptrdiff_t u) const noexcept {
    return (n * of_.y_.in + v) * of_.x_.in + u;
  }
  /// Gathers whole rows of the kernel; taps outside the picture are 0.
  void add_taps(std::size_t slot) const noexcept {
    const auto p = static_cast<std::ptrdiff_t>(pairs_[slot].right);
    const std::ptrdiff_t x = p % of_.x_.out, y = p / of_.x_.out % of_.y_.out, n = p / of_.x_.out / of_.y_.out;
    const std::size_t channels = of_.shape_.input.channels;
    const Range vertical = of_.y_.taps_of(y), horizontal = of_.x_.taps_of(x);
    // Undilated taps are neighbours in the picture.
    const std::ptrdiff_t run = of_.x_.dilation == 1 ? horizontal.size() : 1;
    float* const to = own_ + slot * block_.rows;
    std::memset(to, 0, block_.rows * sizeof(float));
    const std::ptrdiff_t top = block_.tap / of_.x_.taps, rows = block_.taps / of_.x_.taps;
    for (std::ptrdiff_t i = std::max(vertical.first, top); i < std::min(vertical.last, top + rows); ++i) {
      for (std::ptrdiff_t j = horizontal.first; j < horizontal.last; j += run) {
        const auto from = static_cast<std::size_t>(pixel(n, of_.y_.at(y, i), of_.x_.at(x, j)));
        std::memcpy(to + static_cast<std::size_t>((i - top) * of_.x_.taps + j) * channels,
                    input_ + from * channels, static_cast<std::size_t>(run) * channels * sizeof(float));
      }
    }
  }

  const FilterGradient& of_;
  const Block& block_;
  const float *input_, *left_, *right_;
  float* own_ = nullptr;
  std::size_t stride_;
  std::ptrdiff_t line_;
  Range columns_{0, 0};
  RowPair pairs_[kPixels], next_[kPixels];
  std::size_t count_ = 0, next_count_ = 0;
};

void FilterGradient::multiply(const Block& of, const Pixels& pixels, const Scratch& scratch,
                              bool first) const noexcept {
  const std::size_t calls = ceil_div(of.columns, panel_);
  for (std::size_t call = 0; call < calls; ++call) {
    const std::size_t at = call * panel_;
    pixels.prefetch(call, calls);
    use_.outer_rows({.left = pixels.left(),
                     .left_stride = pixels.left_stride(),
                     .rows = of.rows,
                     .right = pixels.right() + at * out_pixels_,
                     .width = width(of.column + at),
                     .pairs = pixels.pairs(),
                     .count = pixels.count(),
                     .sums = scratch.sums + at * kMostRows,
                     .first = first});
  }
}

void FilterGradient::save(const Block& of, const Scratch& scratch, float* gradient) const noexcept {
  const std::size_t stride = shape_.out_channels;
  const std::size_t row = static_cast<std::size_t>(of.tap) * shape_.input.channels + of.channel;
  for (std::size_t i = 0; i < of.rows; ++i) {
    float* const to = gradient + (row + i) * stride + of.column;
    for (std::size_t at = 0; at < of.columns; at += panel_) {
      const std::size_t columns = std::min(panel_, of.columns - at);
      std::memcpy(to + at, scratch.sums + at * kMostRows + i * width(of.column + at),
                  columns * sizeof(float));
    }
  }
}

void FilterGradient::run(std::size_t task, const Pictures& from, const Scratch& scratch,
                         float* gradients) const noexcept {
  const Block of = block(task);
  Pixels pixels(*this, of, from, scratch);
  // At least once: a block without pixels is 0.
  bool first = true;
  while (pixels.advance() || first) {
    multiply(of, pixels, scratch, first);
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
  constexpr std::size_t kEach = FilterGradient::kLeft + FilterGradient::kSums;
  Buffer<float> scratch(workers * kEach), right(of.right_length()), parts;
  if (of.parts() > 1) parts = Buffer<float>(of.parts() * gradient.size());
  float* const sums = of.parts() > 1 ? parts.data() : gradient.data();
  const Status laid_out = parallel_steps(
      of.lay_out_tasks(), workers, control,
      [&](std::size_t task, unsigned) noexcept { of.lay_out(task, out_gradient.data(), right.data()); });
  if (laid_out != Status::kOk) return laid_out;
  const FilterGradient::Pictures from{input.data(), right.empty() ? out_gradient.data() : right.data()};
  const Status status =
      parallel_steps(of.tasks(), workers, control, [&](std::size_t task, unsigned worker) noexcept {
        float* const own = scratch.data() + worker * kEach;
        of.run(task, from, {own, own + FilterGradient::kLeft}, sums);
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
