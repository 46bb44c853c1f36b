#pragma once
// What the matrix kernel is given. One panel of columns, a list of rows:
//   sums[i][j] (+)= sum over k of row_i[k] weights[k][j],    row_i = input + offsets[i]
// Rows are read where they lie (pixels of a channels-last image, rows of a buffer); weights are packed.
#include <cstddef>
#include <cstdint>

#include "densecrf/layer.h"

namespace densecrf {

/// Panels are 1 to kPanelVectors registers wide; `panel_width` of the kernels' table is the widest, in
/// floats.
inline constexpr std::size_t kPanelVectors = 4;

/// Epilogue as kernels take it: arrays padded to whole panels.
struct EpilogueRow {
  const float* bias;  ///< never null
  Activation activation;
  float slope;
  const float* slopes;  ///< of kPrelu
};

struct GemmPanel {
  const float* input;
  const std::int32_t* offsets;  ///< [count] floats from `input`; null: row i begins at i * row_stride
  std::size_t row_stride;
  std::size_t count;
  std::size_t depth;
  const float* weights;  ///< [depth, width]
  std::size_t width;     ///< a multiple of the register's lanes, at most kPanelVectors of them
  float* sums;           ///< [count, width]; may be null where both `first` and `output` are given
  bool first;            ///< sums begin at 0; else with what `sums` holds
  /// Null: the sums are stored. Else output row i, activation(sum + bias), goes to output + out_offsets[i].
  float* output;
  const std::int32_t* out_offsets;  ///< null: i * out_stride
  std::size_t out_stride;
  std::size_t columns;  ///< how many of `width` are stored
  EpilogueRow epilogue;
  const void* prefetch;  ///< what is needed next, fetched to L2 while this runs; null: nothing
  std::size_t prefetch_bytes;
};

}  // namespace densecrf
