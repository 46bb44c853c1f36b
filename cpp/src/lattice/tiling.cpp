#include "lattice/tiling.h"

#include <algorithm>
#include <utility>

namespace densecrf {

Tiling::Tiling(std::span<const std::size_t> extents, std::size_t max_points) : max_points_(max_points) {
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const std::size_t extent = extents[extents.size() - 1 - axis];
    if (axis < 3)
      grid_[axis] = extent;
    else
      grid_[2] *= extent;
  }
  // Doubling the shorter sides keeps a block near a cube, long on the fastest axis first.
  for (std::size_t points = 1; points * 2 <= max_points; points *= 2) {
    std::size_t widen = 3;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (block_[axis] < grid_[axis] && (widen == 3 || block_[axis] < block_[widen])) widen = axis;
    }
    if (widen == 3) break;
    block_[widen] *= 2;
  }
  for (std::size_t axis = 0; axis < 3; ++axis)
    blocks_[axis] = (grid_[axis] + block_[axis] - 1) / block_[axis];

  const std::size_t tiles = blocks_[0] * blocks_[1] * blocks_[2];
  starts_.reserve(tiles + 1);
  for (std::size_t z = 0; z < grid_[2]; z += block_[2]) {
    for (std::size_t y = 0; y < grid_[1]; y += block_[1]) {
      for (std::size_t x = 0; x < grid_[0]; x += block_[0]) {
        starts_.push_back(starts_.back() + extent(0, x) * extent(1, y) * extent(2, z));
      }
    }
  }
}

Tiling::Tiling(std::vector<std::uint32_t> order, std::size_t max_points)
    : max_points_(max_points), order_(std::move(order)) {
  for (std::size_t start = 0; start < order_.size(); start += max_points) {
    starts_.push_back(std::min(start + max_points, order_.size()));
  }
}

}  // namespace densecrf
