#pragma once
// What follows a convolution: bias and activation. Kinds that only limit a number act on registers; the
// others, which are rare, on rows that were just stored.
#include <cstddef>

#if defined(__SSE__)
#include <immintrin.h>
#endif

#include "kernels/gemm.h"
#include "simd/exp.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

// Static, because kernels leave no weak symbols behind: the larger ones need not be inlined.

// The larger (smaller) of a limit and x; x where x is NaN. Of registers of AVX-512 the forms with a mask of
// ones, as GCC 12 takes what the plain ones leave undefined for a mistake of ours.
template <class V>
[[gnu::always_inline]] static inline V at_least(V low, V x) noexcept {
#if defined(__SSE__)
  if constexpr (sizeof(V) == 64) {
    return _mm512_maskz_max_ps(0xFFFF, low, x);
  } else if constexpr (sizeof(V) == 32) {
    return _mm256_max_ps(low, x);
  } else {
    return _mm_max_ps(low, x);
  }
#else
  return low > x ? low : x;
#endif
}
template <class V>
[[gnu::always_inline]] static inline V at_most(V high, V x) noexcept {
#if defined(__SSE__)
  if constexpr (sizeof(V) == 64) {
    return _mm512_maskz_min_ps(0xFFFF, high, x);
  } else if constexpr (sizeof(V) == 32) {
    return _mm256_min_ps(high, x);
  } else {
    return _mm_min_ps(high, x);
  }
#else
  return high < x ? high : x;
#endif
}

/// The first `count` lanes of v.
template <class V>
static inline void store_first(float* to, V v, std::size_t count) noexcept {
  constexpr std::size_t kCount = sizeof(V) / sizeof(float);
  float lanes[kCount];
  store(lanes, v);
  const float* from = lanes;
  const auto move = [&]<std::size_t Floats>() {
    if constexpr (Floats < kCount) {
      if ((count & Floats) == 0) return;
      std::memcpy(to, from, Floats * sizeof(float));
      to += Floats;
      from += Floats;
    }
  };
  move.template operator()<8>();
  move.template operator()<4>();
  move.template operator()<2>();
  move.template operator()<1>();
}

/// The activation as far as it limits a number: all of kNone, kRelu and kRelu6.
class Limits {
 public:
  explicit Limits(Activation activation) noexcept {
    constexpr float kInfinity = __builtin_inff();
    const bool relu6 = activation == Activation::kRelu6;
    has_high_ = relu6;
    low_ = splat<Vec>(activation == Activation::kRelu || relu6 ? 0 : -kInfinity);
    high_ = splat<Vec>(relu6 ? 6 : kInfinity);
  }
  template <class V>
  [[nodiscard]] V operator()(V x) const noexcept {
    return at_most(first_lanes<V>(high_), low(x));
  }
  /// The lower one alone.
  template <class V>
  [[nodiscard]] V low(V x) const noexcept {
    return at_least(first_lanes<V>(low_), x);
  }
  [[nodiscard]] bool has_high() const noexcept { return has_high_; }

 private:
  template <class V>
  static V first_lanes(Vec v) noexcept {
    return DENSECRF_ISA::low<V>(v);
  }

  bool has_high_;
  Vec low_, high_;
};

/// Whether `activate_row` must follow.
static inline bool is_more_than_limits(Activation activation) noexcept {
  return activation >= Activation::kElu;
}

/// The activation of x, which stands in column `column`; the bias is added already.
static inline Vec activate(const EpilogueRow& epilogue, std::size_t column, Vec x) noexcept {
  switch (epilogue.activation) {
    case Activation::kElu:
      return x < 0 ? exp(x) - 1 : x;
    case Activation::kSigmoid: {
      const Vec e = exp(x < 0 ? x : -x), greater = 1 / (1 + e);
      const Vec result = x < 0 ? e * greater : greater;
      return x == x ? result : x;
    }
    case Activation::kLeakyRelu:
      return x < 0 ? x * epilogue.slope : x;
    case Activation::kPrelu:
      return x < 0 ? x * load<Vec>(epilogue.slopes + column) : x;
    default:
      return Limits(epilogue.activation)(x);
  }
}

/// Activates what is stored, bias added, in columns 0 to `columns` of a row.
static inline void activate_row(const EpilogueRow& epilogue, float* row, std::size_t columns) noexcept {
  std::size_t at = 0;
  for (; at + kLanes <= columns; at += kLanes) store(row + at, activate(epilogue, at, load<Vec>(row + at)));
  if (at == columns) return;
  Vec rest{};
  std::memcpy(&rest, row + at, (columns - at) * sizeof(float));
  store_first(row + at, activate(epilogue, at, rest), columns - at);
}

}  // namespace densecrf::DENSECRF_ISA
