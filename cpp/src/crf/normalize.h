#pragma once
// Folds the normalisations of the terms into the weights of the lattice.
#include <span>

#include "base/buffer.h"
#include "crf/mean_field.h"
#include "lattice/lattice.h"
#include "lattice/tiling.h"

namespace densecrf {

/// The lattice's weights become the slice weights. `splat_weights` gets the others where they differ, and
/// is emptied where they do not.
void fold_normalizations(const Tiling& tiling, std::span<const PairwiseWeights> terms, Lattice& lattice,
                         Buffer<float>& splat_weights, unsigned workers);

}  // namespace densecrf
