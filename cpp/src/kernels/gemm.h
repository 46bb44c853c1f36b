#pragma once
// What the matrix kernel is given. One panel of columns, a list of rows:
//   sums[i][j] (+)= sum over k of row_i[k] weights[k][j],    row_i = input + offsets[i]
// or, where rows and weights consist of segments, the sum of that over all of them.
// Rows are read where they lie (pixels of a channels-last image, rows of a buffer); weights are packed.
#include <cstddef>
#include <cstdint>

#include "densecrf/layer.h"

namespace densecrf {

inline constexpr std::size_t kPanelVectors = 4;

/// How wide panels may be, as `panel_shape` of the kernels says: any multiple of `lanes` up to `widest`, at
/// most kPanelVectors times `lanes`. The widest are the fastest. Where `half` is not 0, panels of
/// `half` and of `lanes + half` columns exist as well. At most `deepest` rows of weights are best multiplied
/// at a time.
struct PanelShape {
  std::size_t lanes, widest;
  std::size_t half = 0, deepest = 0;
};

/// Epilogue of a panel's columns: arrays from its first one on, `width` long.
struct EpilogueRow {
  const float* bias;  ///< never null
  Activation activation;
  float slope;
  const float* slopes;  ///< of kPrelu
};

/// Where a segment begins.
struct GemmSegment {
  std::int32_t input;  ///< floats from a row's own beginning
  std::int32_t row;    ///< of the weights
};

struct GemmPanel {
  const float* input;
  const std::int32_t* offsets;  ///< [count] floats from `input`; null: row i begins at i * row_stride
  std::size_t row_stride;
  std::size_t count;
  std::size_t depth;     ///< of a segment
  const float* weights;  ///< [rows, width], `depth` rows for each segment
  std::size_t width;     ///< see PanelShape
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
  const GemmSegment* segments;  ///< [segment_count]; null: one, at the beginning of both
  std::size_t segment_count;
};

}  // namespace densecrf
