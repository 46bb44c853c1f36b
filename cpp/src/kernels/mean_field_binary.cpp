#include "kernels/kernels.h"
#include "simd/exp.h"

namespace densecrf::DENSECRF_ISA {

// Two labels that only attract their own kind (Potts) are one channel: with D = Q0 - Q1 and the logit
// difference g = U1 - U0 + F(D), D = tanh(g / 2). Half the lattice values, and no softmax.
void mean_field_binary(const MeanFieldTile& tile) noexcept {
  const TileTable& table = tile.table;
  const std::size_t rows = table.rows, sliced = tile.values != nullptr ? rows : 0;
  for (std::size_t block = 0; block < table.points; block += kLanes) {
    const std::size_t count = table.points - block < kLanes ? table.points - block : kLanes;
    alignas(64) float lanes[kLanes] = {};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t p = block + i;
      const std::uint16_t* slots = table.slots + p * rows;
      const float* slice = table.slice + p * rows;
      float g = tile.unary[2 * p] - tile.unary[2 * p + 1];
      for (std::size_t j = 0; j < sliced; ++j) g += slice[j] * tile.values[slots[j]];
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
    if (tile.sums == nullptr) continue;
    store(lanes, first - second);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t p = block + i;
      const std::uint16_t* slots = table.slots + p * rows;
      const float* splat = table.splat + p * rows;
      for (std::size_t j = 0; j < rows; ++j) tile.sums[slots[j]] += splat[j] * lanes[i];
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
