#include "conv/resize_taps.h"

#include <algorithm>

namespace densecrf {
namespace {

double source(std::size_t i, std::size_t in, std::size_t out, ResizeGrid grid) noexcept {
  const auto position = static_cast<double>(i), from = static_cast<double>(in), to = static_cast<double>(out);
  switch (grid) {
    case ResizeGrid::kAlignCorners:
      return out > 1 ? position * (from - 1) / (to - 1) : 0;
    case ResizeGrid::kHalfPixelCenters:
      return std::max((position + 0.5) * from / to - 0.5, 0.0);
    case ResizeGrid::kLegacy:
      break;
  }
  return position * from / to;
}

}  // namespace

std::vector<ResizeTap> resize_taps(std::size_t in, std::size_t out, ResizeGrid grid) {
  std::vector<ResizeTap> all(out);
  for (std::size_t i = 0; i < out; ++i) {
    const double at = source(i, in, out, grid);
    const auto low = std::min(static_cast<std::size_t>(at), in - 1);
    all[i] = {low, std::min(low + 1, in - 1), static_cast<float>(at - static_cast<double>(low))};
  }
  return all;
}

}  // namespace densecrf
