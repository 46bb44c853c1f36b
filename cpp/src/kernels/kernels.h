#pragma once
// What kernels are given, and the table through which they are called.
#include <cstddef>
#include <cstdint>

#include "densecrf/cpu.h"
#include "densecrf/elementwise.h"
#include "kernels/depthwise.h"
#include "kernels/gemm.h"
#include "kernels/outer.h"
#include "kernels/resize.h"
#include "kernels/winograd.h"

namespace densecrf {

inline constexpr std::size_t kMaxDimensions = 16;
/// Words of the widest packed lattice key, and of the widest simplex order.
inline constexpr std::size_t kKeyWords = 6, kOrderWords = 3;
/// Rows of labels are 1 float wide or a multiple of this.
inline constexpr std::size_t kRowGroup = 8;
/// What a kernel may read past the end of an array of unaries.
inline constexpr std::size_t kReadAhead = 32;

/// How a feature becomes a lattice point, and how that point's coordinates are packed into words.
struct EmbedPlan {
  std::size_t dimensions;
  float scale[kMaxDimensions];  ///< c_i of Adams et al. 2010, p. 5
  std::size_t words;
  std::uint8_t word[kMaxDimensions];   ///< which word holds coordinate i ...
  std::uint8_t shift[kMaxDimensions];  ///< ... and from which bit on
  std::uint64_t bias[kKeyWords];       ///< makes every packed coordinate positive
};

/// Where points lie in the lattice; column p of each array belongs to point p.
struct SimplexBlock {
  std::uint64_t* base;  ///< [words, stride] packed key of the enclosing simplex's remainder-0 vertex
  std::uint32_t*
      order;  ///< [kOrderWords, stride] 5 bits a step, 6 steps a word: the coordinate of rank d, d-1, ..., 1
  float* weights;  ///< [dimensions + 1, stride] barycentric coordinates
  std::size_t stride;
};

/// How the points of one tile hang on the lattice: `rows` vertices each, over all lattices.
struct TileTable {
  const std::uint16_t* slots;  ///< [points, rows] index of the vertex among those that the tile touches
  const float* slice;          ///< [points, rows] weights from vertices to points
  const float* splat;          ///< [points, rows] weights from points to vertices
  std::size_t rows;
  std::size_t points;
};

/// One mean-field update of one tile.
struct MeanFieldTile {
  TileTable table;
  const float* unary;  ///< [points, labels] min U - U
  std::size_t labels;
  std::size_t
      width;  ///< of a row of labels: labels rounded up to kRowGroup, or 1 for two labels as one channel
  const float* values;   ///< [slots, width] filtered Q, compatibility applied; null: Q = softmax(-U)
  float* sums;           ///< [slots, width] receives the splatted Q, added; null: not wanted
  float* probabilities;  ///< [points, width] ([points, 2] where width is 1) receives Q; null: not wanted
  float* scratch;        ///< [width]
};

#define KERNEL(name, parameters) void(*name) parameters noexcept;
struct Kernels {
#include "kernels/kernels.inc"
};
#undef KERNEL

/// The kernels of the instruction set in use.
[[nodiscard]] const Kernels& kernels() noexcept;
/// Those of an available one.
[[nodiscard]] const Kernels& kernels(Isa isa) noexcept;

#define KERNEL(name, parameters) void name parameters noexcept;
#if defined(DENSECRF_ISA)
namespace DENSECRF_ISA {
#include "kernels/kernels.inc"
}
#endif
#undef KERNEL

}  // namespace densecrf
