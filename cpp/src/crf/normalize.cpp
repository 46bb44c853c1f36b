#include "crf/normalize.h"

#include <algorithm>
#include <cmath>

#include "base/thread_pool.h"

namespace densecrf {
namespace {

constexpr float kTiny = 1e-20F;

bool is_one_sided(const PairwiseWeights& term) noexcept {
  return term.normalization == Normalization::kBefore || term.normalization == Normalization::kAfter;
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
  Buffer<float> filtered(lattice.vertices());
  lattice.filter(lattice.ones().data(), 1, filtered.data(), workers);
  lattice.release_ones();

  parallel_for(tiling.tiles(), workers, [&](std::size_t tile, unsigned) {
    const std::size_t begin = tiling.start(tile), end = begin + tiling.size(tile);
    const std::uint32_t* vertices = lattice.slot_vertices() + (rows == 0 ? 0 : lattice.first_slot(tile, 0));
    for (std::size_t k = 0; k < terms.size(); ++k) {
      const Normalization how = terms[k].normalization;
      if (how == Normalization::kNone) continue;
      const std::size_t d = lattice.terms()[k].dimensions, row = lattice.terms()[k].first_row;
      const float alpha = 1 / (1 + std::exp2(-static_cast<float>(d)));
      for (std::size_t p = begin; p < end; ++p) {
        const std::size_t at = p * rows + row;
        float ones = 0;
        for (std::size_t j = at; j <= at + d; ++j) ones += slice[j] * filtered[vertices[lattice.point_slots()[j]]];
        const float inverse = 1 / (alpha * ones + kTiny);
        const float n = how == Normalization::kSymmetric ? std::sqrt(inverse) : inverse;
        for (std::size_t j = at; j <= at + d; ++j) {
          if (how != Normalization::kBefore) slice[j] *= n;
          if (how == Normalization::kBefore || (how == Normalization::kSymmetric && splat != slice)) splat[j] *= n;
        }
      }
    }
  });
}

}  // namespace densecrf
