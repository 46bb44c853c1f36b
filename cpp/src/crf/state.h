#pragma once
// What a DenseCrf holds. Arrays over points are in the tiling's order.
#include <vector>

#include "base/buffer.h"
#include "crf/mean_field.h"
#include "densecrf/crf.h"
#include "lattice/features.h"
#include "lattice/lattice.h"
#include "lattice/tiling.h"

namespace densecrf {

struct DenseCrf::State {
  std::vector<std::size_t> extents;  // slowest axis first
  std::size_t points = 0, labels = 0;
  Tiling tiling;

  Buffer<float> unary;  // [points, labels] min U - U: a point's greatest logit is 0
  Buffer<float> least;  // [points] min U
  bool has_unary = false;

  std::vector<Features> features;  // one per term
  std::vector<PairwiseWeights> weights;
  Lattice lattice;
  bool built = false;
  Buffer<float> splat_weights;  // [points, rows]; empty: the same as the lattice's, which slice

  MeanFieldBuffers buffers;
  Buffer<float> current;  // [points, labels] Q of the inference by hand
  bool started = false;

  /// Points of a tile at most, for points with `rows` vertices each.
  [[nodiscard]] std::size_t tile_points(std::size_t rows) const noexcept;
  /// Builds the lattices, folds the normalisations into their weights.
  Status prepare(const RunControl& control);
  /// Moves what is kept in the order of the tiles to that of other tiles.
  void retile(Tiling next);
  [[nodiscard]] MeanField mean_field() noexcept;
};

}  // namespace densecrf
