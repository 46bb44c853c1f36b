#pragma once
// Convolution by its definition, one matrix product for each tap: the engine, which knows only which output
// pixels read what, and the geometry of conv2d. docs/convolution.md, "Direct".
#include <cstdint>
#include <memory>
#include <vector>

#include "conv/memory_limit.h"
#include "conv/packing.h"
#include "densecrf/conv.h"
#include "kernels/gemm.h"

namespace densecrf {

/// A row or a column of output pixels: what it adds to where they read, in floats of the input, and to where
/// they are written, in pixels of the output.
struct DirectPlace {
  std::int32_t input, output;
};

/// Output pixels that have the same taps: pixel (r, c), for all r and c, reads through tap t the `depth`
/// floats from input[rows[r].input + columns[c].input + taps[t].input] on, against as many rows of the
/// weights from taps[t].row on.
struct DirectClass {
  std::vector<DirectPlace> rows, columns;
  std::vector<GemmSegment> taps;  ///< may be empty: such pixels get activation(bias)
};

/// All output pixels, each in one class; no class where their tables would be too large. No offset may be
/// negative where it has been added up to a tap's.
struct DirectGeometry {
  std::size_t depth;
  std::vector<DirectClass> classes;
};

/// Geometry of conv2d: pixels whose rows, and columns, have the same taps inside the picture. The taps that
/// one row has are neighbours, so that there are few such classes.
/// @param most_bytes  what their taps may take
[[nodiscard]] DirectGeometry conv2d_geometry(const ConvShape& shape, std::size_t most_bytes);

/// Multiplications of single numbers in one run.
[[nodiscard]] double count_products(const DirectGeometry& geometry, std::size_t out_channels) noexcept;

/// @param weights taps of `geometry.depth` rows each; the same taps that GemmSegment::row counts rows of
/// @param limit  fewer threads than there are may run the plan, so that it does not take more than is wanted
/// @param adds   see PlanOptions
/// @returns kTooLarge, without a plan, where one thread alone needs more than the most
/// @throws std::bad_alloc
[[nodiscard]] PlanResult make_direct(const DirectGeometry& geometry, const WeightView& weights,
                                     const Epilogue& epilogue, const MemoryLimit& limit, bool adds = false);

}  // namespace densecrf
