#pragma once
// Points whose label is all but certain, left out of most iterations: what they splat is kept, and the others
// are moved together so that the pass runs over them alone.
#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "kernels/kernels.h"
#include "lattice/lattice.h"
#include "lattice/tiling.h"

namespace densecrf {

/// Points of one tile, all or the active ones.
struct TilePoints {
  TileTable table;
  const float* unary;  ///< [points, labels]
};

class FrozenPoints {
 public:
  /// Iterations from one look at all points to the next.
  static constexpr int kPeriod = 3;

  void reserve(const Tiling& tiling, const Lattice& lattice, std::size_t labels, std::size_t width,
               float freeze);

  /// Decides anew which of a tile's points are active. `q` as mean_field_* leave it, used up; `sums` becomes
  /// what all points splat. `start` is the tile's first point, `slot` its first slot, `values` how many
  /// floats its sums have.
  void look(std::size_t tile, std::size_t start, const TilePoints& all, float* q, float* sums,
            std::size_t slot, std::size_t values) noexcept;
  [[nodiscard]] TilePoints active(std::size_t tile, std::size_t start) const noexcept;
  /// What the frozen points splat, from a slot on.
  [[nodiscard]] const float* sums(std::size_t slot) const noexcept { return sums_.data() + slot * width_; }
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void splat(const TileTable& table, std::size_t from, std::size_t to, float* q, float* sums) const noexcept;
  [[nodiscard]] bool is_certain(const float* q) const noexcept;
  void keep(std::size_t at, const TilePoints& all, std::size_t p) noexcept;

  std::size_t rows_ = 0, labels_ = 0, width_ = 0;
  float above_ = 1;
  Buffer<std::uint16_t> slots_;          // [points, rows]; a tile's active points come first
  Buffer<float> slice_, splat_, unary_;  // [points, rows], [points, rows], [points, labels]
  Buffer<float> sums_;                   // [slots, width]
  std::vector<std::uint32_t> counts_;    // [tiles]
};

}  // namespace densecrf
