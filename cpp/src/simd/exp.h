#pragma once
// The exponential function of softmax.
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// x log2 e - n, for n its nearest integer: what is left over, not what the product's rounding left of it.
template <class V>
inline V fraction(V x, V n) noexcept {
  constexpr float kLog2e = 1.44269504088896341F;
#if defined(__FMA__) || defined(__aarch64__)
  constexpr float kLog2eRest = 1.92596299e-8F;
  return x * kLog2e - n + x * kLog2eRest;
#else
  constexpr float kLn2High = 0.693359375F, kLn2Low = -2.12194440e-4F;  // n * high is exact
  return ((x - n * kLn2High) - n * kLn2Low) * kLog2e;
#endif
}

/// e^x within 4e-7 relative for -80 <= x <= 88; exactly 0 below, which keeps denormal numbers out of the
/// lattice; some number above 1e38 beyond.
/// 2^n 2^f with n = round(x log2 e) added into the exponent, and a minimax polynomial of degree 5
/// (weighted for relative error, |f| <= 1/2: 9.1e-8) for 2^f.
template <class V>
inline V exp(V x) noexcept {
  using I = IntVec<sizeof(V) / sizeof(float)>;
  constexpr float kLog2e = 1.44269504088896341F;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer, kept in the low bits
  const V top = splat<V>(88.3F);
  x = x < top ? x : top;
  const V shifted = x * kLog2e + kRound;
  const V f = fraction(x, shifted - kRound);
  V p = splat<V>(1.326472719554531e-3F);
  p = p * f + 9.671512639766053e-3F;
  p = p * f + 5.550733743257408e-2F;
  p = p * f + 2.402224208537251e-1F;
  p = p * f + 6.931469775991593e-1F;
  p = p * f + 1.0F;
  const I scaled = bits<I>(p) + (bits<I>(shifted) << 23);
  return bits<V>(scaled & (x >= splat<V>(-80.0F)));
}

}  // namespace densecrf::DENSECRF_ISA
