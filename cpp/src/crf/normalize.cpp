#include "crf/normalize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/thread_pool.h"

namespace densecrf {
namespace {

constexpr float kTiny = 1e-20F;

bool is_one_sided(const PairwiseWeights& term) noexcept {
  return term.normalization == Normalization::kBefore || term.normalization == Normalization::kAfter;
}

/// A term's rows in the table of a tile.
struct TermRows {
  std::size_t first;   // place of the first point's first row
  std::size_t count;   // of a point
  std::size_t stride;  // from point to point
  std::size_t points;
};

void gather_ones(const Lattice& lattice, std::size_t tile, const float* filtered,
                 std::vector<float>& ones) noexcept {
  if (lattice.terms().empty()) return;
  const std::size_t first = lattice.first_slot(tile, 0), last = lattice.first_slot(tile + 1, 0);
  for (std::size_t s = first; s < last; ++s) ones[s - first] = filtered[lattice.slot_cells()[s]];
}

/// With `Count` vertices of a point, as many as loops are unrolled for; 0: any number.
template <std::size_t Count>
class TermFactors {
 public:
  explicit TermFactors(const TermRows& term) noexcept
      : term_(term), count_(Count != 0 ? Count : term.count) {}

  void find(Normalization how, const float* weights, const std::uint16_t* slots, const float* ones,
            float* factors) const noexcept {
    const float alpha = 1 / (1 + std::exp2(1 - static_cast<float>(count_)));
    for (std::size_t p = 0; p < term_.points; ++p) {
      const std::size_t at = term_.first + p * term_.stride;
      float sum = 0;
      for (std::size_t j = at; j < at + count_; ++j) sum += weights[j] * ones[slots[j]];
      factors[p] = alpha * sum + kTiny;
    }
    for (std::size_t p = 0; p < term_.points; ++p) factors[p] = 1 / factors[p];
    if (how != Normalization::kSymmetric) return;
    for (std::size_t p = 0; p < term_.points; ++p) factors[p] = std::sqrt(factors[p]);
  }
  void scale(const float* __restrict factors, float* __restrict weights) const noexcept {
    for (std::size_t p = 0; p < term_.points; ++p) {
      const float factor = factors[p];
      for (std::size_t j = 0; j < count_; ++j) weights[term_.first + p * term_.stride + j] *= factor;
    }
  }

 private:
  const TermRows& term_;
  const std::size_t count_;
};

/// body(TermFactors) for the number of vertices that a point has: pictures have 3 and 6.
template <class Body>
void with_factors(const TermRows& term, Body body) noexcept {
  switch (term.count) {
    case 3:
      return body(TermFactors<3>(term));
    case 6:
      return body(TermFactors<6>(term));
    default:
      return body(TermFactors<0>(term));
  }
}

}  // namespace

void fold_normalizations(const Tiling& tiling, std::span<const PairwiseWeights> terms, Lattice& lattice,
                         Buffer<float>& splat_weights, unsigned workers) {
  const std::size_t rows = lattice.rows();
  float* slice = lattice.weights().data();
  float* splat = slice;
  splat_weights = Buffer<float>();
  if (std::any_of(terms.begin(), terms.end(), is_one_sided)) {
    splat_weights = Buffer<float>(lattice.weights().size());
    std::copy(lattice.weights().begin(), lattice.weights().end(), splat_weights.begin());
    splat = splat_weights.data();
  }
  const std::vector<float>& filtered = lattice.ones();
  lattice.filter(lattice.ones().data(), 1, workers);

  struct Worker {
    std::vector<float> ones;     // [slots of the tile]
    std::vector<float> factors;  // [points of the tile]
  };
  std::vector<Worker> all(
      workers, Worker{std::vector<float>(lattice.max_tile_slots()), std::vector<float>(tiling.max_points())});
  parallel_for(tiling.tiles(), workers, [&](std::size_t tile, unsigned worker) {
    // No structured binding: before C++20's last corrections, which Clang 14 lacks, a lambda may not capture
    // one.
    Worker& own = all[worker];
    gather_ones(lattice, tile, filtered.data(), own.ones);
    const std::size_t at = tiling.start(tile) * rows, points = tiling.size(tile);
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const Normalization how = terms[k].normalization;
      if (how == Normalization::kNone) continue;
      const TermRows term{at + lattice.terms()[k].first_row, lattice.terms()[k].dimensions + 1, rows, points};
      with_factors(term, [&, ones = own.ones.data(), at = own.factors.data()](const auto& of_term) {
        of_term.find(how, slice, lattice.point_slots(), ones, at);
        if (how != Normalization::kBefore) of_term.scale(at, slice);
        if (how == Normalization::kBefore || (how == Normalization::kSymmetric && splat != slice))
          of_term.scale(at, splat);
      });
    }
  });
  lattice.release_ones();
}

}  // namespace densecrf
