#pragma once
// NativePairwiseTerm and NativeCompatibility (src/native/addon.ts) as the core's structs.
#include <napi.h>

#include <cstddef>

#include "densecrf/crf.h"

namespace densecrf::binding {

/// @param axes of the grid
[[nodiscard]] PairwiseTerm to_pairwise_term(const Napi::Value& term, const DenseCrf& crf, std::size_t axes);
[[nodiscard]] Compatibility to_compatibility(const Napi::Value& compatibility, std::size_t labels);

}  // namespace densecrf::binding
