#pragma once
// What the kernel of filter gradients is given: pairs of rows, whose outer products are added up.
//   sums[i][j] (+)= sum over p of left_p[i] right_p[j]
#include <cstddef>
#include <cstdint>

namespace densecrf {

struct OuterRows {
  const float* left;
  const std::int32_t* left_offsets;  ///< [count] floats from `left`
  std::size_t rows;                  ///< of sums: floats of a left row
  const float* right;
  const std::int32_t* right_offsets;
  std::size_t width;  ///< floats of a right row: a whole number of registers, at most kPanelVectors
  std::size_t count;
  float* sums;  ///< [rows, width]
  bool first;   ///< sums begin at 0; else with what they hold
};

}  // namespace densecrf
