#pragma once
// One register of floats, as wide as the instruction set that this file is compiled for. The only
// place that knows how wide that is.
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace densecrf::DENSECRF_ISA {

#if defined(__AVX512F__)
inline constexpr std::size_t kLanes = 16;
#elif defined(__AVX2__)
inline constexpr std::size_t kLanes = 8;
#else
inline constexpr std::size_t kLanes = 4;  // SSE4.2, NEON
#endif

template <std::size_t Lanes>
struct VecOf {
  typedef float Float __attribute__((vector_size(Lanes * sizeof(float))));
  typedef std::int32_t Int __attribute__((vector_size(Lanes * sizeof(float))));
};
template <std::size_t Lanes>
using FloatVec = typename VecOf<Lanes>::Float;
template <std::size_t Lanes>
using IntVec = typename VecOf<Lanes>::Int;

using Vec = FloatVec<kLanes>;
using Int = IntVec<kLanes>;

template <class V, class T>
inline V load(const T* from) noexcept {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
template <class T, class V>
inline void store(T* to, V v) noexcept {
  std::memcpy(to, &v, sizeof v);
}
template <class V>
inline V splat(float x) noexcept {
  return x - V{};
}
/// Keeps what was loaded in its register: compilers load it again for each use where an instruction can do so
/// on the way, though several loads cost more than one.
template <class V>
[[gnu::always_inline]] inline void keep(V& v) noexcept {
#if defined(__x86_64__)
  asm("" : "+v"(v));
#elif defined(__aarch64__)
  asm("" : "+w"(v));
#endif
}
/// Keeps a pointer that walks from being turned into a table of distances, for which there are no registers.
template <class T>
[[gnu::always_inline]] inline void keep(T*& at) noexcept {
  asm("" : "+r"(at));
}
/// The bits of `from` as a `To`.
template <class To, class From>
inline To bits(From from) noexcept {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

/// The first lanes of a wider (or equally wide) register.
template <class Part, class V>
inline Part low(V v) noexcept {
  Part part;
  std::memcpy(&part, &v, sizeof part);
  return part;
}

template <std::size_t Lanes>
struct Sum;
template <>
struct Sum<4> {
  static float of(FloatVec<4> v) noexcept { return (v[0] + v[2]) + (v[1] + v[3]); }
};
#if defined(__AVX2__)
template <>
struct Sum<8> {
  static float of(FloatVec<8> v) noexcept {
    return Sum<4>::of(__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7));
  }
};
#endif
#if defined(__AVX512F__)
template <>
struct Sum<16> {
  static FloatVec<8> halves(FloatVec<16> v) noexcept {
    return __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
           __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  }
  static float of(FloatVec<16> v) noexcept { return Sum<8>::of(halves(v)); }
};
#endif
/// The lanes of both, added up.
template <class V, class Tail>
inline float sum(V v, Tail tail) noexcept {
  return Sum<sizeof(Tail) / sizeof(float)>::of(Sum<sizeof(V) / sizeof(float)>::halves(v) + tail);
}

}  // namespace densecrf::DENSECRF_ISA
