#pragma once
// How the gradient of a convolution by its filter is made.
//
// gradient[tap][c][n] = sum over output pixels p of input[p + tap][c] out_gradient[p][n]: for each tap a
// matrix product whose inner dimension is the pixels that read inside the picture through it. It is cut into
// blocks of rows (channels, or channels of several taps where there are few) and of columns; pixels are
// gathered a few at a time, so that both halves of the product lie side by side in the first cache. Each
// number is the sum of one task, in one order. Where that makes too few tasks, the lines of the picture are
// shared out as well, into parts that depend on the shape alone, and the parts' sums added up in order.
#include <cstddef>
#include <span>

#include "conv/axis.h"
#include "kernels/kernels.h"

namespace densecrf {

class FilterGradient {
 public:
  /// Pixels gathered at a time; the most rows and columns that a task makes.
  static constexpr std::size_t kPixels = 64, kMostRows = 252, kMostColumns = 256;
  /// Rows of the left half that the first cache holds.
  static constexpr std::size_t kStripRows = 126;

  FilterGradient(const ConvShape& shape, const Kernels& use) noexcept;

  [[nodiscard]] std::size_t tasks() const noexcept { return parts_ * tasks_of_part(); }
  [[nodiscard]] std::size_t parts() const noexcept { return parts_; }
  /// Operations, of all tasks.
  [[nodiscard]] std::size_t work() const noexcept;

  /// Arrays of one worker.
  struct Scratch {
    float* left;   ///< strips [kPixels, rows of the strip]
    float* right;  ///< [kMostColumns / panel, kPixels, panel]
    float* sums;   ///< [kMostColumns / panel, kMostRows, panel]
  };
  static constexpr std::size_t kLeft = kPixels * kMostRows, kRight = kPixels * kMostColumns,
                               kSums = kMostRows * kMostColumns;

  /// Makes one block of a part's gradient; gradients: [parts, taps, channels, out_channels].
  void run(std::size_t task, const float* input, const float* out_gradient, const Scratch& scratch,
           float* gradients) const noexcept;

 private:
  struct Block {
    Range lines;                ///< of the batch
    std::ptrdiff_t tap, taps;   ///< whole rows of the kernel where there are several
    std::size_t channel, rows;  ///< rows of the gradient: [taps, channels from `channel` on]
    std::size_t column, columns;

    [[nodiscard]] std::size_t strips() const noexcept { return (rows + kStripRows - 1) / kStripRows; }
    [[nodiscard]] std::size_t strip(std::size_t i) const noexcept { return rows * i / strips(); }
  };
  class Gather;

  [[nodiscard]] std::size_t tasks_of_part() const noexcept {
    return tap_blocks_ * row_blocks_ * column_blocks_;
  }
  [[nodiscard]] Block block(std::size_t task) const noexcept;
  void multiply(const Block& of, const Scratch& scratch, Gather& gather, bool first) const noexcept;
  void save(const Block& of, const Scratch& scratch, float* gradient) const noexcept;

  ConvShape shape_;
  const Kernels& use_;
  Axis y_, x_;
  std::size_t panel_, lanes_;
  std::size_t taps_ = 1, tap_blocks_, row_blocks_ = 1, column_blocks_, parts_ = 1;
};

}  // namespace densecrf
