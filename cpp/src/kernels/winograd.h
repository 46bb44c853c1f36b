#pragma once
// What the kernels of Winograd convolution are given: one tile, whose products are spread over rows, one row
// each, of the buffers that the matrix kernel reads and writes.
#include <cstddef>
#include <cstdint>

#include "kernels/gemm.h"
#include "kernels/winograd_schemes.h"

namespace densecrf {

struct WinogradForms {
  winograd::Form y, x;
};

/// Input channels are transformed as A_y samples A_x^T.
struct WinogradInput {
  const float* input;
  std::ptrdiff_t origin;                       ///< from `input` to sample (0, 0), which may lie outside
  std::size_t step_y, step_x;                  ///< floats between samples
  std::size_t y_begin, y_end, x_begin, x_end;  ///< samples inside the picture; all others are 0
  std::ptrdiff_t ahead;                        ///< from these samples to those of the next tile
  WinogradForms forms;
  std::size_t channels;
  const std::uint32_t* rows;  ///< [products of y, products of x] where product (p, q) goes
  std::size_t row_stride;
  float* out;  ///< rows have room for `channels` rounded up to whole registers
};

/// One panel of columns is transformed back as C_y products C_x^T.
struct WinogradOutput {
  const float* sums;  ///< rows of `width`
  std::size_t width;
  const std::uint32_t* rows;  ///< [products of y, products of x]
  WinogradForms forms;
  std::size_t outputs_y, outputs_x;  ///< how many are stored
  float* output;                     ///< of output (0, 0)
  std::size_t step_y, step_x;        ///< floats between outputs
  std::size_t columns;               ///< how many of `width` are stored
  EpilogueRow epilogue;
};

}  // namespace densecrf
