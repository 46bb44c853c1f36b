#pragma once
// What the kernel of filter gradients is given: pairs of rows, whose outer products are added up.
//   sums[i][j] (+)= sum over p of left[pairs[p].left][i] right[pairs[p].right][j]
#include <cstddef>
#include <cstdint>

namespace densecrf {

/// Which row of either side.
struct RowPair {
  std::uint32_t left, right;
};

struct OuterRows {
  const float* left;  ///< [any, left_stride], of each row the first `rows` floats
  std::size_t left_stride;
  std::size_t rows;
  const float* right;  ///< [any, width]
  std::size_t width;   ///< see PanelShape
  const RowPair* pairs;
  std::size_t count;
  float* sums;  ///< [rows, width]
  bool first;   ///< sums begin at 0; else with what they hold
};

}  // namespace densecrf
