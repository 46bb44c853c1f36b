#include <utility>

#include "kernels/kernels.h"
#include "simd/unroll.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {

// As many rows of sums as registers hold beside the right row and one broadcast.
template <std::size_t Vectors>
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr std::size_t kTileRows = Vectors == 1 ? 12 : 24 / Vectors;
#else
constexpr std::size_t kTileRows = Vectors == 1   ? 10
                                  : Vectors == 4 ? 2
                                                 : 12 / Vectors;
#endif

/// body(i, j) for every register of sums.
template <std::size_t Rows, std::size_t Vectors, class Body>
[[gnu::always_inline]] inline void each(Body body) noexcept {
  unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
    unroll<Vectors>([&](std::size_t j) __attribute__((always_inline)) { body(i, j); });
  });
}

template <std::size_t Rows, std::size_t Vectors>
void add_tile(const OuterRows& of, std::size_t row) noexcept {
  Vec sums[Rows][Vectors];
  float* const to = of.sums + row * of.width;
  each<Rows, Vectors>([&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
    sums[i][j] = of.first ? Vec{} : load<Vec>(to + i * of.width + j * kLanes);
  });
  const float* const left = of.left + row;
  for (std::size_t p = 0; p < of.count; ++p) {
    const float* const x = left + of.pairs[p].left * of.left_stride;
    const float* const y = of.right + of.pairs[p].right * (Vectors * kLanes);
    Vec right[Vectors];
    unroll<Vectors>([&](std::size_t j) { right[j] = load<Vec>(y + j * kLanes); });
    unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
      const float all = x[i];
      unroll<Vectors>([&](std::size_t j) __attribute__((always_inline)) { sums[i][j] += all * right[j]; });
    });
  }
  each<Rows, Vectors>([&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
    store(to + i * of.width + j * kLanes, sums[i][j]);
  });
}

// Tiles of nearly the same height: a low one at the end would keep too few sums in flight.
template <std::size_t Vectors>
void add_tiles(const OuterRows& of) noexcept {
  constexpr std::size_t kMost = kTileRows<Vectors>;
  const std::size_t tiles = (of.rows + kMost - 1) / kMost;
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    const std::size_t first = of.rows * tile / tiles, rows = of.rows * (tile + 1) / tiles - first;
    [&]<std::size_t... Less>(std::index_sequence<Less...>) {
      ((rows == kMost - Less ? add_tile<kMost - Less, Vectors>(of, first) : void()), ...);
    }(std::make_index_sequence<kMost>());
  }
}

}  // namespace

void outer_rows(const OuterRows& of) noexcept {
  switch (of.width / kLanes) {
    case 1:
      return add_tiles<1>(of);
    case 2:
      return add_tiles<2>(of);
    case 3:
      return add_tiles<3>(of);
    default:
      return add_tiles<4>(of);
  }
}

}  // namespace densecrf::DENSECRF_ISA
