#pragma once
// What the kernel of filter gradients is given: pairs of rows, whose outer products are added up.
//   sums[i][j] (+)= sum over p of left[p][i] right[p][j]
#include <cstddef>

namespace densecrf {

struct OuterRows {
  const float* left;  ///< [count, left_stride], of each row the first `rows` floats
  std::size_t left_stride;
  std::size_t rows;
  const float* right;  ///< [count, width]
  std::size_t width;   ///< see PanelShape
  std::size_t count;
  float* sums;  ///< [rows, width]
  bool first;   ///< sums begin at 0; else with what they hold
};

}  // namespace densecrf
