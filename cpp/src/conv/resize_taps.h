#pragma once
// Where bilinear resizing looks, on one axis.
#include <cstddef>
#include <vector>

#include "densecrf/resize.h"

namespace densecrf {

/// An output coordinate: low + weight (high - low).
struct ResizeTap {
  std::size_t low, high;
  float weight;
};

/// One for each of `out` output coordinates.
[[nodiscard]] std::vector<ResizeTap> resize_taps(std::size_t in, std::size_t out, ResizeGrid grid);

}  // namespace densecrf
