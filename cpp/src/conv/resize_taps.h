#pragma once
// Where bilinear resizing looks, on one axis.
#include <cstddef>
#include <vector>

#include "densecrf/resize.h"
#include "kernels/resize.h"

namespace densecrf {

/// One for each of `out` output coordinates.
[[nodiscard]] std::vector<ResizeTap> resize_taps(std::size_t in, std::size_t out, ResizeGrid grid);

}  // namespace densecrf
