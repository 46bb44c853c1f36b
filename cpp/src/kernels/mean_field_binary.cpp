#include "kernels/for_width.h"
#include "kernels/kernels.h"
#include "simd/exp.h"

namespace densecrf::DENSECRF_ISA {
namespace {

template <std::size_t Rows>
void update(const MeanFieldTile& tile) noexcept {
  const std::size_t points = tile.table.points;
  const std::size_t rows = Rows != 0 ? Rows : tile.table.rows;
  const float* __restrict values = tile.values;
  float* __restrict sums = tile.sums;
  for (std::size_t block = 0; block < points; block += kLanes) {
    const std::size_t count = points - block < kLanes ? points - block : kLanes;
    const std::uint16_t* __restrict slots = tile.table.slots + block * rows;
    const float* __restrict slice = tile.table.slice + block * rows;
    const float* __restrict splat = tile.table.splat + block * rows;
    const float* __restrict unary = tile.unary + 2 * block;
    alignas(64) float lanes[kLanes] = {};
    for (std::size_t i = 0; i < count; ++i) {
      float g = unary[2 * i] - unary[2 * i + 1];
      if (values != nullptr) {
        const std::size_t at = i * rows;
        for_rows<Rows>(rows, [&](std::size_t j) { g += slice[at + j] * values[slots[at + j]]; });
      }
      lanes[i] = g;
    }
    const Vec g = load<Vec>(lanes);
    const Vec e = exp(g < 0 ? g : -g);
    const Vec scale = 1.0F / (1.0F + e), less = e * scale;
    const Vec first = g < 0 ? less : scale, second = g < 0 ? scale : less;
    if (tile.probabilities != nullptr) {
      for (std::size_t i = 0; i < count; ++i) {
        tile.probabilities[2 * (block + i)] = first[i];
        tile.probabilities[2 * (block + i) + 1] = second[i];
      }
    }
    if (sums == nullptr) continue;
    store(lanes, first - second);
    for (std::size_t i = 0; i < count; ++i) {
      const float d = lanes[i];
      const std::size_t at = i * rows;
      for_rows<Rows>(rows, [&](std::size_t j) { sums[slots[at + j]] += splat[at + j] * d; });
    }
  }
}

}  // namespace

// Two labels that only attract their own kind (Potts) are one channel: with D = Q0 - Q1 and the logit
// difference g = U1 - U0 + F(D), D = tanh(g / 2). Half the lattice values, and no softmax.
void mean_field_binary(const MeanFieldTile& tile) noexcept {
  switch (tile.table.rows) {
    case 6:
      return update<6>(tile);  // bilateral
    case 9:
      return update<9>(tile);  // bilateral and Gaussian
    default:
      return update<0>(tile);
  }
}

}  // namespace densecrf::DENSECRF_ISA
