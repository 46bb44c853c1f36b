#pragma once
// Where bilinear resizing looks, on one axis.
#include <cstddef>

namespace densecrf {

/// An output coordinate: low + weight (high - low).
struct ResizeTap {
  std::size_t low, high;
  float weight;
};

}  // namespace densecrf
