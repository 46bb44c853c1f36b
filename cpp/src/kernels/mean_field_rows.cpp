#include <cstring>

#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr float kPadding = -1e30F;  // exp of it is 0
// A softmax denominator outside: some exponential overflowed, or was cut off (below e^-80) although it
// counts.
constexpr float kSmallSum = 1e-24F, kLargeSum = 1e30F;

bool is_sound(float sum) noexcept { return sum > kSmallSum && sum < kLargeSum; }

// Softmax of a row in memory with its maximum subtracted, for the rare row that needs it.
[[gnu::noinline, gnu::cold]] void shifted_softmax(float* row, std::size_t labels,
                                                  std::size_t width) noexcept {
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

// Rows of labels that fit into registers. A point's chain of dependent operations (slice, exponential, sum,
// division) is longer than a processor can look ahead, so a block of points takes each step together: while
// one waits, the others go on. Rows, the vertices of a point, is a constant for the usual pairs of kernels;
// 0: any number.
template <int Groups, std::size_t Rows>
class BlockUpdate {
 public:
  explicit BlockUpdate(const MeanFieldTile& tile) noexcept : tile_(tile) {}

  void run() noexcept {
    for (std::size_t first = 0; first < tile_.table.points; first += kPoints) {
      const std::size_t rest = tile_.table.points - first, count = rest < kPoints ? rest : kPoints;
      exponentiate(first, count);
      find_factors(first, count);
      if (tile_.sums != nullptr) splat(first, count);
      if (tile_.probabilities != nullptr) write(first, count);
    }
  }

 private:
  static constexpr std::size_t kWidth = 8 * Groups, kPoints = 16;

  [[gnu::always_inline]] Row<Groups> logits(std::size_t p) const noexcept {
    auto x = Row<Groups>::from(tile_.unary + p * tile_.labels);
    x.keep_where(real_, padding_);
    if (tile_.values == nullptr) return x;
    const std::uint16_t* slots = tile_.table.slots + p * rows_;
    const float* slice = tile_.table.slice + p * rows_;
    const float* values = tile_.values;
    for_rows<Rows>(rows_, [&](std::size_t j) { x.add_scaled(slice[j], values + slots[j] * kWidth); });
    return x;
  }
  void exponentiate(std::size_t first, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      const auto e = logits(first + i).exponential();
      e.store_to(q_ + i * kWidth);
      sums_[i] = e.sum();
    }
  }
  /// What makes each row of q_ add up to 1.
  void find_factors(std::size_t first, std::size_t count) noexcept {
    for (std::size_t i = 0; i < kPoints; ++i) factors_[i] = 1 / sums_[i];
    for (std::size_t i = 0; i < count; ++i) {
      if (is_sound(sums_[i])) [[likely]]
        continue;
      logits(first + i).store_to(q_ + i * kWidth);
      shifted_softmax(q_ + i * kWidth, tile_.labels, kWidth);
      factors_[i] = 1;
    }
  }
  [[gnu::always_inline]] Row<Groups> probabilities(std::size_t i) const noexcept {
    auto x = Row<Groups>::from(q_ + i * kWidth);
    x.scale(factors_[i]);
    return x;
  }
  void write(std::size_t first, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      probabilities(i).store_to(tile_.probabilities + (first + i) * kWidth);
  }
  void splat(std::size_t first, std::size_t count) noexcept {
    const std::uint16_t* __restrict slots = tile_.table.slots + first * rows_;
    const float* __restrict weights = tile_.table.splat + first * rows_;
    float* __restrict sums = tile_.sums;
    for (std::size_t i = 0; i < count; ++i) {
      const auto x = probabilities(i);
      const std::size_t at = i * rows_;
      for_rows<Rows>(rows_,
                     [&](std::size_t j) { x.add_scaled_to(weights[at + j], sums + slots[at + j] * kWidth); });
    }
  }

  const MeanFieldTile& tile_;
  const std::size_t rows_ = Rows != 0 ? Rows : tile_.table.rows;
  Row<Groups> real_ = Row<Groups>::mask(tile_.labels), padding_ = Row<Groups>::filled(kPadding);
  alignas(64) float q_[kPoints * kWidth];
  alignas(64) float sums_[kPoints] = {};
  alignas(64) float factors_[kPoints];
};

template <int Groups>
void update(const MeanFieldTile& tile) noexcept {
  switch (tile.table.rows) {
    case 6:
      return BlockUpdate<Groups, 6>(tile).run();  // bilateral
    case 9:
      return BlockUpdate<Groups, 9>(tile).run();  // bilateral and Gaussian
    default:
      return BlockUpdate<Groups, 0>(tile).run();
  }
}

// Any number of labels, the row kept in scratch memory.
void update_wide(const MeanFieldTile& tile) noexcept {
  const TileTable& table = tile.table;
  const std::size_t rows = table.rows, sliced = tile.values != nullptr ? rows : 0;
  const std::size_t labels = tile.labels, width = tile.width;
  float* x = tile.scratch;
  for (std::size_t p = 0; p < table.points; ++p) {
    const std::uint16_t* slots = table.slots + p * rows;
    const float* slice = table.slice + p * rows;
    const auto load_unary = [&] {
      std::memcpy(x, tile.unary + p * labels, labels * sizeof(float));
      for (std::size_t l = labels; l < width; ++l) x[l] = kPadding;
    };
    const auto logits = [&]<int Groups>(std::size_t at) {
      auto part = Row<Groups>::from(x + at);
      for (std::size_t j = 0; j < sliced; ++j) part.add_scaled(slice[j], tile.values + slots[j] * width + at);
      return part;
    };
    load_unary();
    float sum = 0;
    for_blocks(width, [&]<int Groups>(std::size_t at) {
      const auto e = logits.template operator()<Groups>(at).exponential();
      e.store_to(x + at);
      sum += e.sum();
    });
    if (is_sound(sum)) [[likely]] {
      const float factor = 1 / sum;
      for (std::size_t l = 0; l < width; ++l) x[l] *= factor;
    } else {
      load_unary();
      for_blocks(width, [&]<int Groups>(std::size_t at) {
        logits.template operator()<Groups>(at).store_to(x + at);
      });
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
    case 1:
      return update<1>(tile);
    case 2:
      return update<2>(tile);
    case 3:
      return update<3>(tile);
    case 4:
      return update<4>(tile);
    default:
      return update_wide(tile);
  }
}

}  // namespace densecrf::DENSECRF_ISA
