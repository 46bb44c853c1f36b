#pragma once
// The natural logarithm of unary energies.
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

/// log x for positive normal x, within 2e-7 relative, also near 1.
/// x = 2^n (1 + f) with 1 + f in [sqrt 1/2, sqrt 2): n log 2 + f - f^2 / 2 + f^3 p(f), p a polynomial of
/// degree 6 fitted for the least relative error of the whole (3.2e-8).
template <class V>
inline V log(V x) noexcept {
  using I = IntVec<sizeof(V) / sizeof(float)>;
  constexpr std::int32_t kRootHalf = 0x3f3504f3;  // the bits of sqrt(1/2)
  const I above = bits<I>(x) - kRootHalf;
  const V n = __builtin_convertvector(above >> 23, V);
  const V f = bits<V>((above & 0x007fffff) + kRootHalf) - 1.0F;
  V p = splat<V>(8.70044156908989e-2F);
  p = p * f - 1.4267480373382568e-1F;
  p = p * f + 1.49147629737854e-1F;
  p = p * f - 1.657758504152298e-1F;
  p = p * f + 1.9963064789772034e-1F;
  p = p * f - 2.500133812427521e-1F;
  p = p * f + 3.333390951156616e-1F;
  return n * 0.693147182464599609375F + (f + f * f * (p * f - 0.5F));
}

}  // namespace densecrf::DENSECRF_ISA
