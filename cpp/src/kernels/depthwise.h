#pragma once
// What the depthwise kernels are given. A picture's outputs are lines times runs: a line is a row of outputs,
// a run some outputs of any row, spaced so that they share columns of the input: output i of a run reads, by
// tap j, its column i * shift + j, and columns are a dilation apart. So runs look the same at every rate.
#include <cstddef>
#include <cstdint>

#include "kernels/gemm.h"

namespace densecrf {

struct DepthwiseLine {
  std::ptrdiff_t input;       ///< where tap row 0 begins, in floats; may be outside of the picture
  std::size_t output;         ///< the pixel where the row of outputs begins
  std::uint32_t first, last;  ///< tap rows inside the picture
};

struct DepthwiseRun {
  std::ptrdiff_t input;       ///< where column 0 is within a line; may be outside of the picture
  std::size_t output;         ///< output 0, in pixels from where its row begins
  std::uint32_t count;        ///< outputs, at most depthwise_outputs()
  std::uint32_t first, last;  ///< columns inside the picture; none: first == last
};

/// The outputs lines x runs. Output (line, run, i) is pixel line.output + run.output + i * run_step.
struct DepthwisePass {
  const float* input;
  float* output;
  const float* weights;                  ///< [tap rows, width, weight_step]
  std::size_t weight_step;               ///< output channels of a whole pixel
  std::size_t channels;                  ///< output channels to make, multiplier times as many as are read
  std::size_t multiplier;                ///< output channel c is made from input channel c / multiplier
  std::size_t width, shift;              ///< tap columns; columns from one output of a run to the next
  std::ptrdiff_t row_step, column_step;  ///< from a tap row or column to the next, in input floats
  std::size_t run_step, pixel_step;      ///< pixels between a run's outputs; floats between pixels
  const DepthwiseLine* lines;
  std::size_t line_count;
  const DepthwiseRun* runs;
  std::size_t run_count;
  EpilogueRow epilogue;
};

/// Whether depthwise_runs has registers for these; depthwise_taps takes everything.
constexpr bool has_depthwise_runs(std::size_t width, std::size_t shift, std::size_t multiplier,
                                  std::size_t channels) noexcept {
  if (channels < 16 || shift > 2) return false;
  if (width == 1 || width == 7) return multiplier == 1 && shift <= (width + 1) / 2;
  return (width == 3 || width == 5) && (multiplier == 1 || multiplier == 2 || multiplier == 4);
}

/// At most; see depthwise_outputs().
inline constexpr std::size_t kDepthwiseOutputs = 8;

/// The most outputs in a run of depthwise_runs.
constexpr std::size_t depthwise_outputs(std::size_t width, std::size_t shift,
                                        std::size_t multiplier) noexcept {
  if (multiplier != 1 || shift != 1) return 4;
  return width <= 3 ? 8 : 6;
}

}  // namespace densecrf
