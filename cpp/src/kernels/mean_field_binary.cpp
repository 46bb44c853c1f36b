#include "kernels/for_width.h"
#include "kernels/kernels.h"
#include "simd/exp.h"

namespace densecrf::DENSECRF_ISA {
namespace {

// Points that take each step together: enough to hide the latency of a step's last operations.
constexpr std::size_t kBlock = 256;

/// Logit differences U1 - U0 + F(D) of `count` points.
template <std::size_t Rows>
void slice(const MeanFieldTile& tile, std::size_t first, std::size_t count, float* __restrict g) noexcept {
  const std::size_t rows = Rows != 0 ? Rows : tile.table.rows;
  const float* unary = tile.unary + 2 * first;
  for (std::size_t i = 0; i < count; ++i) g[i] = unary[2 * i] - unary[2 * i + 1];
  if (tile.values == nullptr) return;
  const std::uint16_t* slots = tile.table.slots + first * rows;
  const float* weights = tile.table.slice + first * rows;
  const float* values = tile.values;
  for (std::size_t i = 0; i < count; ++i, slots += rows, weights += rows) {
    float sum = g[i];
    for_rows<Rows>(rows, [&](std::size_t j) { sum += weights[j] * values[slots[j]]; });
    g[i] = sum;
  }
}

/// Q0 and Q1 from g, and D in its place; whole registers.
void sigmoid(float* __restrict g, float* __restrict first, float* __restrict second,
             std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Vec x = load<Vec>(g + i);
    const Vec e = exp(x < 0 ? x : -x);
    const Vec greater = 1.0F / (1.0F + e), less = e * greater;
    const Vec q0 = x < 0 ? less : greater, q1 = x < 0 ? greater : less;
    store(first + i, q0);
    store(second + i, q1);
    store(g + i, q0 - q1);
  }
}

template <std::size_t Rows>
void splat(const MeanFieldTile& tile, std::size_t first, std::size_t count,
           const float* __restrict d) noexcept {
  const std::size_t rows = Rows != 0 ? Rows : tile.table.rows;
  const std::uint16_t* __restrict slots = tile.table.slots + first * rows;
  const float* __restrict weights = tile.table.splat + first * rows;
  float* __restrict sums = tile.sums;
  for (std::size_t i = 0; i < count; ++i, slots += rows, weights += rows) {
    const float value = d[i];
    for_rows<Rows>(rows, [&](std::size_t j) { sums[slots[j]] += weights[j] * value; });
  }
}

template <std::size_t Rows>
void update(const MeanFieldTile& tile) noexcept {
  alignas(64) float d[kBlock] = {}, q0[kBlock], q1[kBlock];
  for (std::size_t first = 0; first < tile.table.points; first += kBlock) {
    const std::size_t rest = tile.table.points - first, count = rest < kBlock ? rest : kBlock;
    slice<Rows>(tile, first, count, d);
    sigmoid(d, q0, q1, count);
    if (tile.probabilities != nullptr) {
      for (std::size_t i = 0; i < count; ++i) {
        tile.probabilities[2 * (first + i)] = q0[i];
        tile.probabilities[2 * (first + i) + 1] = q1[i];
      }
    }
    if (tile.sums != nullptr) splat<Rows>(tile, first, count, d);
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
