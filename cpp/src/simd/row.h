#pragma once
// A row of 8 * Groups floats held in registers: the labels of one point or of one lattice vertex.
#include <type_traits>

#include "simd/exp.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

template <int Groups>
class Row {
  static constexpr std::size_t kFloats = 8 * Groups;
  static constexpr std::size_t kFull = kFloats / kLanes;
  static constexpr bool kHasTail = kFloats % kLanes != 0;  // one group of 8 beside registers of 16
  using Tail = FloatVec<kLanes == 16 ? 8 : kLanes>;

 public:
  static Row from(const float* p) noexcept {
    Row r;
    r.each(p, [](auto& v, const float* at) { v = load<std::remove_reference_t<decltype(v)>>(at); });
    return r;
  }
  static Row zero() noexcept { return Row{}; }
  static Row filled(float x) noexcept {
    Row r;
    for (std::size_t i = 0; i < kFull; ++i) r.full_[i] = splat<Vec>(x);
    r.tail_ = splat<Tail>(x);
    return r;
  }
  /// All bits set in the first `count` lanes, none in the others.
  static Row mask(std::size_t count) noexcept {
    std::uint32_t lanes[kFloats];
    for (std::size_t i = 0; i < kFloats; ++i) lanes[i] = i < count ? ~0U : 0U;
    float values[kFloats];
    std::memcpy(values, lanes, sizeof values);
    return from(values);
  }

  void store_to(float* p) const noexcept {
    for (std::size_t i = 0; i < kFull; ++i) store(p + i * kLanes, full_[i]);
    if constexpr (kHasTail) store(p + kFull * kLanes, tail_);
  }
  /// this += w * p[...]
  void add_scaled(float w, const float* p) noexcept {
    const Vec all = splat<Vec>(w);
    for (std::size_t i = 0; i < kFull; ++i) full_[i] += all * load<Vec>(p + i * kLanes);
    if constexpr (kHasTail) tail_ += low<Tail>(all) * load<Tail>(p + kFull * kLanes);
  }
  /// this += w * other
  void add_scaled(float w, const Row& other) noexcept {
    for (std::size_t i = 0; i < kFull; ++i) full_[i] += w * other.full_[i];
    if constexpr (kHasTail) tail_ += w * other.tail_;
  }
  /// p[...] += w * this
  void add_scaled_to(float w, float* p) const noexcept {
    const Vec all = splat<Vec>(w);
    for (std::size_t i = 0; i < kFull; ++i) store(p + i * kLanes, load<Vec>(p + i * kLanes) + all * full_[i]);
    if constexpr (kHasTail)
      store(p + kFull * kLanes, load<Tail>(p + kFull * kLanes) + low<Tail>(all) * tail_);
  }
  void add(const float* p) noexcept {
    each(p, [](auto& v, const float* at) { v += load<std::remove_reference_t<decltype(v)>>(at); });
  }
  /// this *= p[...]
  void multiply(const float* p) noexcept {
    each(p, [](auto& v, const float* at) { v *= load<std::remove_reference_t<decltype(v)>>(at); });
  }
  void scale(float w) noexcept {
    for (std::size_t i = 0; i < kFull; ++i) full_[i] *= w;
    if constexpr (kHasTail) tail_ *= w;
  }
  /// Lanes where `mask` (all ones or zero) is zero become `other`'s.
  void keep_where(const Row& mask, const Row& other) noexcept {
    for (std::size_t i = 0; i < kFull; ++i) full_[i] = pick(mask.full_[i], full_[i], other.full_[i]);
    if constexpr (kHasTail) tail_ = pick(mask.tail_, tail_, other.tail_);
  }
  [[nodiscard]] Row exponential() const noexcept {
    Row r;
    for (std::size_t i = 0; i < kFull; ++i) r.full_[i] = exp(full_[i]);
    if constexpr (kHasTail) r.tail_ = exp(tail_);
    return r;
  }
  [[nodiscard]] float sum() const noexcept {
    if constexpr (kFull == 0) {
      return Sum<sizeof(Tail) / sizeof(float)>::of(tail_);
    } else {
      Vec total = full_[0];
      for (std::size_t i = 1; i < kFull; ++i) total += full_[i];
      if constexpr (kHasTail)
        return densecrf::DENSECRF_ISA::sum(total, tail_);
      else
        return Sum<kLanes>::of(total);
    }
  }

 private:
  template <class F>
  void each(const float* p, F f) noexcept {
    for (std::size_t i = 0; i < kFull; ++i) f(full_[i], p + i * kLanes);
    if constexpr (kHasTail) f(tail_, p + kFull * kLanes);
  }
  template <class V>
  static V pick(V mask, V a, V b) noexcept {
    using I = IntVec<sizeof(V) / sizeof(float)>;
    return bits<V>((bits<I>(mask) & bits<I>(a)) | (~bits<I>(mask) & bits<I>(b)));
  }

  Vec full_[kFull == 0 ? 1 : kFull]{};
  Tail tail_{};
};

}  // namespace densecrf::DENSECRF_ISA
