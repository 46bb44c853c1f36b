#pragma once
// How the gradient of a convolution by its filter is made.
//
// gradient[tap][c][n] = sum over output pixels p of input[p + tap][c] out_gradient[p][n]: for each tap a
// matrix product whose inner dimension is the pixels that read inside the picture through it. It is cut into
// blocks of rows (channels, or channels of several taps where there are few) and of columns; a block goes
// through the pixels a few at a time, so that the first cache holds its columns of them. The gradient of the
// output is laid out by columns first, once for all blocks; the input is read where it lies, but where rows
// are of several taps. Each number is the sum of one task, in one order. Where that makes too few tasks, the
// lines of the picture are shared out as well, into parts that depend on the shape alone, and the parts' sums
// added up in order.
#include <algorithm>
#include <cstddef>

#include "conv/axis.h"
#include "kernels/kernels.h"

namespace densecrf {

class FilterGradient {
 public:
  /// Pixels taken at a time; the most rows and columns that a task makes.
  static constexpr std::size_t kPixels = 64, kMostRows = 126, kMostColumns = 256;

  FilterGradient(const ConvShape& shape, const Kernels& use) noexcept;

  [[nodiscard]] std::size_t tasks() const noexcept { return parts_ * tasks_of_part(); }
  [[nodiscard]] std::size_t parts() const noexcept { return parts_; }
  /// Operations, of all tasks.
  [[nodiscard]] std::size_t work() const noexcept;

  /// The gradient of the output by panels, [panels, pixels, columns]; length 0: it lies so already.
  [[nodiscard]] std::size_t right_length() const noexcept;
  [[nodiscard]] std::size_t lay_out_tasks() const noexcept;
  void lay_out(std::size_t task, const float* out_gradient, float* right) const noexcept;

  /// What the tasks read.
  struct Pictures {
    const float *input, *right;
  };
  /// Arrays of one worker.
  struct Scratch {
    float* left;  ///< [kPixels, rows], where rows are of several taps
    float* sums;  ///< [kMostColumns / panel, kMostRows, panel]
  };
  static constexpr std::size_t kLeft = kPixels * kMostRows, kSums = kMostRows * kMostColumns;

  /// Makes one block of a part's gradient; gradients: [parts, taps, channels, out_channels].
  void run(std::size_t task, const Pictures& from, const Scratch& scratch, float* gradients) const noexcept;

 private:
  struct Block {
    Range lines;                ///< of the batch
    std::ptrdiff_t tap, taps;   ///< whole rows of the kernel where there are several
    std::size_t channel, rows;  ///< rows of the gradient: [taps, channels from `channel` on]
    std::size_t column, columns;
  };
  class Pixels;

  [[nodiscard]] std::size_t tasks_of_part() const noexcept {
    return tap_blocks_ * row_blocks_ * column_blocks_;
  }
  [[nodiscard]] Block block(std::size_t task) const noexcept;
  /// Of the panel that begins at column `at`, up to whole registers.
  [[nodiscard]] std::size_t width(std::size_t at) const noexcept {
    return (std::min(panel_, shape_.out_channels - at) + lanes_ - 1) / lanes_ * lanes_;
  }
  void multiply(const Block& of, const Pixels& pixels, const Scratch& scratch, bool first) const noexcept;
  void save(const Block& of, const Scratch& scratch, float* gradient) const noexcept;

  ConvShape shape_;
  const Kernels& use_;
  Axis y_, x_;
  std::size_t out_pixels_;
  std::size_t panel_, lanes_, most_columns_;
  std::size_t taps_ = 1, tap_blocks_, row_blocks_ = 1, column_blocks_, parts_ = 1;
};

}  // namespace densecrf
