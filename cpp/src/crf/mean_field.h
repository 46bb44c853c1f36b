#pragma once
// The mean-field loop: blur on the lattice, then one fused pass over the points.
#include <cstdint>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "base/function_ref.h"
#include "crf/frozen_points.h"
#include "densecrf/crf.h"
#include "lattice/lattice.h"
#include "lattice/tiling.h"

namespace densecrf {

/// What a term's filtered Q is weighted with.
struct PairwiseWeights {
  Normalization normalization;
  Compatibility compatibility;
};

/// Kept from call to call: fresh pages cost as much as an iteration.
struct MeanFieldBuffers {
  struct Worker {
    Buffer<float> values;         // [slots of a tile, width]
    Buffer<float> probabilities;  // [points of a tile, width]
    Buffer<float> row;            // [width]
  };
  Buffer<float> cells;   // [cells of the lattice, width]
  Buffer<float> latest;  // [points, labels] Q, where its change is watched
  FrozenPoints frozen;
  std::vector<Worker> workers;

  [[nodiscard]] std::size_t bytes() const noexcept;
};

/// Where a pass leaves Q, in the caller's order and layout; empty spans: not wanted.
struct Marginals {
  std::span<float> probabilities;
  std::span<std::int32_t> map;
  Layout layout = Layout::kChannelsLast;
};

/// Writes a tile's Q, [points of the tile, stride] in the tiling's order, to where the caller wants it.
void write_marginals(const Marginals& out, const Tiling& tiling, std::size_t tile, std::size_t labels,
                     const float* q, std::size_t stride) noexcept;

/// How a term acts in the pass: logits += scale * F(Q), label by label, or F(Q) times a matrix.
struct LogitTransform {
  std::vector<float> scale;   // [width]
  std::vector<float> matrix;  // [labels, width]; empty: scale alone
};

class MeanField {
 public:
  struct Problem {
    const Tiling& tiling;
    const Lattice& lattice;
    std::span<const PairwiseWeights> weights;  // one per term of the lattice
    const float* unary;                        // [points, labels] min U - U
    const float* splat_weights;                // [points, rows]
    std::size_t labels;
  };

  MeanField(const Problem& problem, MeanFieldBuffers& buffers) noexcept
      : problem_(problem), buffers_(buffers) {}

  /// Updates from softmax(-U). Throws std::bad_alloc before anything is written.
  Status infer(const Schedule& schedule, const Marginals& out, const RunControl& control);

  /// q = softmax(-U), or, with `slice`, softmax(-U + filtered q). [points, labels] in the tiling's order.
  void update(float* q, bool slice);

  /// The messages sum_k -C_k F_k(q), tile by tile: visit(tile, [points of the tile, width], width), which
  /// may be called on several threads. Terms other than `only`, if that is one, are left out.
  static constexpr std::size_t kAllTerms = ~std::size_t{0};
  void visit_messages(const float* q, std::size_t only,
                      FunctionRef<void(std::size_t, const float*, std::size_t)> visit);

 private:
  [[nodiscard]] bool is_binary() const noexcept;
  void reserve(std::size_t width);
  void make_transforms(std::size_t only);
  [[nodiscard]] TileTable table(std::size_t tile) const noexcept;
  [[nodiscard]] std::size_t tile_slot(std::size_t tile) const noexcept;
  [[nodiscard]] std::size_t tile_slots(std::size_t tile) const noexcept;
  void gather(std::size_t tile, float* out) const noexcept;
  void splat(const float* q) noexcept;
  void filter() noexcept;
  /// One fused pass. It slices where the lattice holds a filtered Q, splats where another iteration follows.
  struct Pass {
    bool slice, splat, wants_q;
    enum { kAll, kFreezing, kActive } points = kAll;
  };
  template <class Sink>
  void pass(const Pass& kind, Sink sink) noexcept;
  void run_over_tiles(FunctionRef<void(std::size_t, unsigned)> body) const noexcept;

  Problem problem_;
  MeanFieldBuffers& buffers_;
  std::vector<LogitTransform> transforms_;
  std::size_t width_ = 0;
  unsigned workers_ = 1;
};

}  // namespace densecrf
