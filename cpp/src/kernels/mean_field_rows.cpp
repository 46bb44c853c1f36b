#include <cstring>

#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr float kPadding = -1e30F;  // exp of it is 0
// A softmax denominator outside: some exponential overflowed or all of them vanished.
constexpr float kSmallSum = 1e-30F, kLargeSum = 1e30F;

bool is_sound(float sum) noexcept { return sum > kSmallSum && sum < kLargeSum; }

// Softmax of a row in memory with its maximum subtracted, for the rare row that needs it.
[[gnu::noinline, gnu::cold]] void shifted_softmax(float* row, std::size_t labels, std::size_t width) noexcept {
  float top = row[0];
  for (std::size_t l = 1; l < labels; ++l) top = row[l] > top ? row[l] : top;
  float sum = 0;
  for (std::size_t l = 0; l < width; l += 4) {
    auto x = load<FloatVec<4>>(row + l);
    x = exp(x - top);
    store(row + l, x);
    sum += Sum<4>::of(x);
  }
  for (std::size_t l = 0; l < width; ++l) row[l] = l < labels ? row[l] / sum : 0;
}

// A call here would spill the row.
template <int Groups>
[[gnu::always_inline]] inline Row<Groups> softmax(const Row<Groups>& logits, std::size_t labels) noexcept {
  auto q = logits.exponential();
  const float sum = q.sum();
  if (is_sound(sum)) [[likely]] {
    q.scale(1 / sum);
    return q;
  }
  alignas(64) float row[8 * Groups];
  logits.store_to(row);
  shifted_softmax(row, labels, 8 * Groups);
  return Row<Groups>::from(row);
}

// Rows of labels that fit into registers: slice, unary, softmax and splat without leaving them. Rows, the
// vertices of a point, is a constant for the usual pairs of kernels; 0: any number.
template <int Groups, std::size_t Rows>
void update(const MeanFieldTile& tile) noexcept {
  constexpr std::size_t kWidth = 8 * Groups;
  const std::size_t points = tile.table.points, labels = tile.labels;
  const std::size_t rows = Rows != 0 ? Rows : tile.table.rows;
  const float* __restrict values = tile.values;
  float* __restrict sums = tile.sums;
  float* __restrict probabilities = tile.probabilities;
  const float* __restrict unary = tile.unary;
  const std::uint16_t* __restrict slots = tile.table.slots;
  const float* __restrict slice = tile.table.slice;
  const float* __restrict splat = tile.table.splat;
  const auto real = Row<Groups>::mask(labels), padding = Row<Groups>::filled(kPadding);
  for (std::size_t p = 0; p < points; ++p, slots += rows, slice += rows, splat += rows, unary += labels) {
    auto x = Row<Groups>::from(unary);
    x.keep_where(real, padding);
    if (values != nullptr) {
      for (std::size_t j = 0; j < rows; ++j) x.add_scaled(slice[j], values + slots[j] * kWidth);
    }
    x = softmax(x, labels);
    if (sums != nullptr) {
      for (std::size_t j = 0; j < rows; ++j) x.add_scaled_to(splat[j], sums + slots[j] * kWidth);
    }
    if (probabilities != nullptr) x.store_to(probabilities + p * kWidth);
  }
}

template <int Groups>
void update(const MeanFieldTile& tile) noexcept {
  switch (tile.table.rows) {
    case 6: return update<Groups, 6>(tile);  // bilateral
    case 9: return update<Groups, 9>(tile);  // bilateral and Gaussian
    default: return update<Groups, 0>(tile);
  }
}

// Any number of labels, the row kept in scratch memory.
void update_wide(const MeanFieldTile& tile) noexcept {
  const TileTable& table = tile.table;
  const std::size_t rows = table.rows, sliced = tile.values != nullptr ? rows : 0;
  const std::size_t labels = tile.labels, width = tile.width;
  for (std::size_t p = 0; p < table.points; ++p) {
    const std::uint16_t* slots = table.slots + p * rows;
    float* x = tile.scratch;
    std::memcpy(x, tile.unary + p * labels, labels * sizeof(float));
    for (std::size_t l = labels; l < width; ++l) x[l] = kPadding;
    const float* slice = table.slice + p * rows;
    float sum = 0;
    for_blocks(width, [&]<int Groups>(std::size_t at) {
      auto part = Row<Groups>::from(x + at);
      for (std::size_t j = 0; j < sliced; ++j) part.add_scaled(slice[j], tile.values + slots[j] * width + at);
      part.store_to(x + at);
      sum += part.exponential().sum();
    });
    if (is_sound(sum)) [[likely]] {
      const float factor = 1 / sum;
      for_blocks(width, [&]<int Groups>(std::size_t at) {
        auto part = Row<Groups>::from(x + at).exponential();
        part.scale(factor);
        part.store_to(x + at);
      });
    } else {
      shifted_softmax(x, labels, width);
    }
    if (tile.sums != nullptr) {
      const float* splat = table.splat + p * rows;
      for (std::size_t j = 0; j < rows; ++j) {
        float* to = tile.sums + slots[j] * width;
        for_blocks(width, [&]<int Groups>(std::size_t at) {
          Row<Groups>::from(x + at).add_scaled_to(splat[j], to + at);
        });
      }
    }
    if (tile.probabilities != nullptr) std::memcpy(tile.probabilities + p * width, x, width * sizeof(float));
  }
}

}  // namespace

// Q = softmax(-U + slice(values)), splatted into sums. Source: Kraehenbuehl and Koltun 2011, algorithm 1.
void mean_field_rows(const MeanFieldTile& tile) noexcept {
  switch (tile.width / 8) {
    case 1: return update<1>(tile);
    case 2: return update<2>(tile);
    case 3: return update<3>(tile);
    case 4: return update<4>(tile);
    default: return update_wide(tile);
  }
}

}  // namespace densecrf::DENSECRF_ISA
