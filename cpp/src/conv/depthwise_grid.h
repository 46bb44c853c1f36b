#pragma once
// The lines and runs of a depthwise convolution, in the order in which they are best made.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "densecrf/conv.h"
#include "kernels/depthwise.h"

namespace densecrf {

/// One axis: tap t of output u reads input u * stride + t * dilation + origin, if there is one.
struct TapAxis {
  std::size_t in_size, out_count, taps, stride, dilation;
  std::ptrdiff_t origin;
  /// Output u lies at out_first + u * out_step of `out_size`.
  std::size_t out_size, out_first = 0, out_step = 1;

  /// Outputs that are step() apart read inputs that are shift() dilations apart, so they share some.
  [[nodiscard]] std::size_t step() const noexcept;
  [[nodiscard]] std::size_t shift() const noexcept;
  [[nodiscard]] std::size_t place(std::size_t output) const noexcept { return out_first + output * out_step; }
};

[[nodiscard]] TapAxis rows_of(const ConvShape& shape) noexcept;
[[nodiscard]] TapAxis columns_of(const ConvShape& shape) noexcept;

class DepthwiseGrid {
 public:
  /// @param channels  of the input
  /// @param outputs   in a run at most
  /// @param band      lines at most; 1: whole lines are made one after the other
  DepthwiseGrid(const TapAxis& y, const TapAxis& x, std::size_t channels, std::size_t outputs,
                std::size_t band);

  /// Lines that share rows of the input follow each other; a band is some of these.
  std::vector<DepthwiseLine> lines;
  std::vector<DepthwiseRun> runs;
  std::vector<std::uint32_t> bands;  ///< the first line of each, and the number of lines
  std::size_t group;                 ///< how many runs are made one after the other on a band

  /// A unit is a band times some runs: what is made in one go.
  [[nodiscard]] std::size_t units() const noexcept {
    return (bands.size() - 1) * ((runs.size() + group - 1) / group);
  }
  /// Gives `pass` the lines and runs of a unit.
  void select(std::size_t unit, DepthwisePass& pass) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void add_lines(const TapAxis& y, std::size_t row, std::size_t out_width, std::size_t band);
  void add_runs(const TapAxis& x, std::size_t channels, std::size_t outputs);
};

}  // namespace densecrf
