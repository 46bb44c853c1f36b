#pragma once
// The permutohedral lattices of all kernels, built together: one table tells, for every point, which
// vertices of every lattice it hangs on, so that one pass over the points serves all kernels.
// Source: Adams, Baek and Davis, "Fast High-Dimensional Filtering Using the Permutohedral Lattice", 2010.
#include <cstdint>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "densecrf/control.h"
#include "densecrf/status.h"
#include "kernels/kernels.h"
#include "lattice/axis_groups.h"
#include "lattice/features.h"
#include "lattice/tiling.h"

namespace densecrf {

struct LatticeTerm {
  std::size_t dimensions;
  std::size_t first_row;     ///< its dimensions + 1 rows among those of a point
  std::size_t first_vertex;  ///< its vertices among those of all lattices
  std::size_t vertices;
  std::vector<AxisGroup> groups;  ///< the chains of dimensions + 1 axes, of cells
};

class Lattice {
 public:
  /// Rows that a point would have.
  [[nodiscard]] static std::size_t rows_for(std::span<const Features> features) noexcept;

  /// @return kOutOfRange, kTooLarge, kCancelled, kOutOfMemory: the lattice is then unusable
  [[nodiscard]] Status build(std::span<const Features> features, const Tiling& tiling, unsigned workers,
                             const RunControl& control) noexcept;

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t vertices() const noexcept { return vertices_; }
  [[nodiscard]] std::size_t slots() const noexcept { return slot_cells_.size(); }
  /// Cells of what is filtered: one for every slot, then one for every vertex that several tiles touch. A
  /// vertex of one tile alone lives in its slot, which saves copying most of a fine lattice.
  [[nodiscard]] std::size_t cells() const noexcept { return slots() + merge_offsets_.size() - 1; }
  [[nodiscard]] std::size_t max_tile_slots() const noexcept { return max_tile_slots_; }
  [[nodiscard]] std::span<const LatticeTerm> terms() const noexcept { return terms_; }

  /// [points, rows], in the processing order: slot within the tile, and barycentric weight.
  [[nodiscard]] const std::uint16_t* point_slots() const noexcept { return point_slots_.data(); }
  [[nodiscard]] Buffer<float>& weights() noexcept { return weights_; }
  [[nodiscard]] const Buffer<float>& weights() const noexcept { return weights_; }

  /// First slot of a tile's share of a term, among the slots of all tiles; tiles follow each other.
  [[nodiscard]] std::size_t first_slot(std::size_t tile, std::size_t term) const noexcept {
    return first_slots_[tile * terms_.size() + term];
  }
  /// The cell of the vertex behind each slot.
  [[nodiscard]] const std::uint32_t* slot_cells() const noexcept { return slot_cells_.data(); }
  /// [cells] with what splatting ones gives in the slots; freed by release_ones().
  [[nodiscard]] std::vector<float>& ones() noexcept { return ones_; }
  void release_ones() noexcept { ones_ = {}; }

  /// [cells, width]: from the tiles' sums in the slots to blurred values in the vertices' cells.
  void filter(float* cells, std::size_t width, unsigned workers) const noexcept;

  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  friend class LatticeBuilder;

  void blur(std::size_t pass, float* cells, std::size_t width, unsigned workers) const noexcept;

  std::size_t rows_ = 0, vertices_ = 0, max_tile_slots_ = 0;
  std::vector<LatticeTerm> terms_;
  Buffer<std::uint16_t> point_slots_;
  Buffer<float> weights_;
  std::vector<std::size_t> first_slots_;         // [tiles * terms + 1]
  std::vector<std::uint32_t> slot_cells_;        // [slots]
  std::vector<std::uint32_t> merge_offsets_{0};  // [shared vertices + 1] into merge_slots_
  std::vector<std::uint32_t> merge_slots_;       // the slots of each shared vertex
  std::vector<float> ones_;
};

}  // namespace densecrf
