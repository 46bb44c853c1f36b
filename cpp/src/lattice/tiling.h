#pragma once
// The order in which points are processed: in tiles, so that what neighbouring points share (vertices of
// the lattice) stays in the nearest cache, and so that work has a granularity that no thread count changes.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace densecrf {

class Tiling {
 public:
  static constexpr std::size_t kTilePoints = 1024;

  Tiling() = default;
  /// Blocks of a grid, extents slowest axis first, of at most `max_points` points each.
  Tiling(std::span<const std::size_t> extents, std::size_t max_points);
  /// Pieces of a point cloud, in the order given.
  Tiling(std::vector<std::uint32_t> order, std::size_t max_points);

  [[nodiscard]] bool is_ordered() const noexcept { return !order_.empty(); }
  [[nodiscard]] std::size_t points() const noexcept { return starts_.back(); }
  [[nodiscard]] std::size_t tiles() const noexcept { return starts_.size() - 1; }
  [[nodiscard]] std::size_t max_points() const noexcept { return max_points_; }
  /// Place in the processing order of a tile's first point.
  [[nodiscard]] std::size_t start(std::size_t tile) const noexcept { return starts_[tile]; }
  [[nodiscard]] std::size_t size(std::size_t tile) const noexcept {
    return starts_[tile + 1] - starts_[tile];
  }

  /// run(first point, count, place in the processing order), for runs of consecutive points.
  template <class F>
  void for_runs(std::size_t tile, F run) const {
    if (is_ordered()) return for_ordered_runs(tile, run);
    const std::size_t row = blocks_[0] * blocks_[1];
    const std::size_t z = tile / row, y = tile % row / blocks_[0], x = tile % blocks_[0];
    const std::size_t x0 = x * block_[0], y0 = y * block_[1], z0 = z * block_[2];
    const std::size_t width = extent(0, x0), height = extent(1, y0), depth = extent(2, z0);
    std::size_t place = starts_[tile];
    for (std::size_t k = z0; k < z0 + depth; ++k) {
      for (std::size_t j = y0; j < y0 + height; ++j, place += width) {
        run((k * grid_[1] + j) * grid_[0] + x0, width, place);
      }
    }
  }

 private:
  template <class F>
  void for_ordered_runs(std::size_t tile, F run) const {
    for (std::size_t from = starts_[tile], to; from < starts_[tile + 1]; from = to) {
      for (to = from + 1; to < starts_[tile + 1] && order_[to] == order_[to - 1] + 1;) ++to;
      run(std::size_t{order_[from]}, to - from, from);
    }
  }
  [[nodiscard]] std::size_t extent(std::size_t axis, std::size_t from) const noexcept {
    return grid_[axis] - from < block_[axis] ? grid_[axis] - from : block_[axis];
  }

  // Fastest axis first; axes beyond the third are folded into it.
  std::size_t grid_[3] = {0, 1, 1}, block_[3] = {1, 1, 1}, blocks_[3] = {0, 1, 1};
  std::size_t max_points_ = 0;
  std::vector<std::size_t> starts_{0};
  std::vector<std::uint32_t> order_;  // empty: a grid
};

}  // namespace densecrf
