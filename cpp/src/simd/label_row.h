#pragma once
// The labels of one point in registers, as many as there are: the last register overlaps the one before.
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// All lanes folded into one by an operation on registers and on numbers.
template <class V, class Op>
[[gnu::always_inline]] inline auto fold(V v, Op op) noexcept {
  constexpr std::size_t kCount = sizeof(V) / sizeof(v[0]);
  if constexpr (kCount == 16) {
    return fold(op(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7),
                   __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)),
                op);
  } else if constexpr (kCount == 8) {
    return fold(op(__builtin_shufflevector(v, v, 0, 1, 2, 3), __builtin_shufflevector(v, v, 4, 5, 6, 7)), op);
  } else {
    return op(op(v[0], v[2]), op(v[1], v[3]));
  }
}

inline constexpr auto kLeast = [](auto a, auto b) { return a < b ? a : b; };
inline constexpr auto kGreatest = [](auto a, auto b) { return a > b ? a : b; };

template <std::size_t Lanes, std::size_t Groups>
class LabelRow {
 public:
  using V = FloatVec<Lanes>;
  using I = IntVec<Lanes>;

  /// @param labels above Lanes * (Groups - 1), Lanes at the least, Lanes * Groups at the most
  explicit LabelRow(std::size_t labels) noexcept : last_(labels - Lanes) {}

  [[gnu::always_inline]] void load_from(const float* row) noexcept {
    for (std::size_t g = 0; g < Groups; ++g) v_[g] = load<V>(row + place(g));
  }
  [[gnu::always_inline]] void store_to(float* row) const noexcept {
    for (std::size_t g = 0; g < Groups; ++g) store(row + place(g), v_[g]);
  }
  [[gnu::always_inline]] float least() const noexcept {
    V low = v_[0];
    for (std::size_t g = 1; g < Groups; ++g) low = kLeast(low, v_[g]);
    return fold(low, kLeast);
  }
  /// The first label of the greatest value.
  [[gnu::always_inline]] std::int32_t greatest_label() const noexcept {
    I lane;
    for (std::size_t i = 0; i < Lanes; ++i) lane[i] = static_cast<std::int32_t>(i);
    V top = v_[0];
    I label = lane;
    for (std::size_t g = 1; g < Groups; ++g) {
      const I greater = v_[g] > top;
      top = greater ? v_[g] : top;
      label = greater ? lane + static_cast<std::int32_t>(place(g)) : label;
    }
    const I others = I{} + static_cast<std::int32_t>(last_ + Lanes);
    return fold(top == splat<V>(fold(top, kGreatest)) ? label : others, kLeast);
  }
  [[nodiscard]] static V zero() noexcept { return V{}; }
  /// top = max(top, |this - other|)
  [[gnu::always_inline]] void raise_to_distance(const LabelRow& other, V& top) const noexcept {
    for (std::size_t g = 0; g < Groups; ++g) {
      top = kGreatest(kGreatest(v_[g] - other.v_[g], other.v_[g] - v_[g]), top);
    }
  }
  /// this = x - this
  [[gnu::always_inline]] void subtract_from(float x) noexcept {
    for (std::size_t g = 0; g < Groups; ++g) v_[g] = x - v_[g];
  }

 private:
  [[gnu::always_inline]] std::size_t place(std::size_t g) const noexcept {
    return g + 1 < Groups ? g * Lanes : last_;
  }

  V v_[Groups];
  std::size_t last_;
};

template <std::size_t Lanes, class Body>
bool with_label_row(std::size_t labels, Body body) noexcept {
  switch ((labels + Lanes - 1) / Lanes) {
    case 1:
      return body(LabelRow<Lanes, 1>(labels)), true;
    case 2:
      return body(LabelRow<Lanes, 2>(labels)), true;
    case 3:
      return body(LabelRow<Lanes, 3>(labels)), true;
    case 4:
      return body(LabelRow<Lanes, 4>(labels)), true;
    default:
      return false;
  }
}

/// body(LabelRow) for so many labels; false: too few or too many of them.
template <class Body>
bool with_label_row(std::size_t labels, Body body) noexcept {
  if (labels >= kLanes) return with_label_row<kLanes>(labels, body);
  return labels >= 4 && with_label_row<4>(labels, body);
}

}  // namespace densecrf::DENSECRF_ISA
