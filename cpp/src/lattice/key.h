#pragma once
// Lattice vertices as packed integers. Every coordinate has a field wide enough for the features' range
// plus what a simplex and a blur step may add, so a step to a neighbour is one addition per word.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "kernels/kernels.h"
#include "lattice/features.h"

namespace densecrf {

/// Where |lattice coordinates| end: below, float32 gives barycentric weights within 1e-3 of the true ones.
inline constexpr double kMaxCoordinate = 65536;

template <std::size_t Words>
struct Key {
  std::array<std::uint64_t, Words> words;

  friend bool operator==(const Key& a, const Key& b) noexcept {
    std::uint64_t difference = 0;
    for (std::size_t w = 0; w < Words; ++w) difference |= a.words[w] ^ b.words[w];
    return difference == 0;
  }
  friend bool operator<(const Key& a, const Key& b) noexcept { return a.words < b.words; }
  Key operator+(const Key& step) const noexcept {
    Key sum;
    for (std::size_t w = 0; w < Words; ++w) sum.words[w] = words[w] + step.words[w];
    return sum;
  }
  /// A hash in the upper half; the lower bits are worse the lower they are.
  [[nodiscard]] std::uint64_t mixed() const noexcept {
    std::uint64_t mixed = words[0] * 0x9E3779B97F4A7C15ULL;
    for (std::size_t w = 1; w < Words; ++w) mixed = (mixed ^ mixed >> 32 ^ words[w]) * 0x9E3779B97F4A7C15ULL;
    return mixed;
  }
  [[nodiscard]] std::uint64_t hash() const noexcept { return mixed() ^ mixed() >> 32; }
};

/// Nothing if a coordinate could pass kMaxCoordinate.
[[nodiscard]] std::optional<EmbedPlan> make_embed_plan(std::span<const Interval> feature_bounds);

/// The step from a vertex to its next neighbour on an axis: all coordinates + 1 but coordinate `axis`
/// - d. Going from a simplex's vertex of remainder k - 1 to that of remainder k is the same step along the
/// coordinate of rank d + 1 - k. (Coordinate d is implied, so it has no field.)
template <std::size_t Words>
Key<Words> axis_step(const EmbedPlan& plan, std::size_t axis) noexcept {
  Key<Words> step{};
  for (std::size_t i = 0; i < plan.dimensions; ++i) {
    const std::uint64_t unit = std::uint64_t{1} << plan.shift[i];
    step.words[plan.word[i]] += i == axis ? unit - (plan.dimensions + 1) * unit : unit;
  }
  return step;
}

}  // namespace densecrf
