#include "kernels/kernels.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {

// out = a + t (b - a): the vertical half of bilinear resizing. out may be a or b.
void lerp_rows(const float* a, const float* b, float t, float* out, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Vec low = load<Vec>(a + i);
    store(out + i, low + t * (load<Vec>(b + i) - low));
  }
  for (; i < count; ++i) out[i] = a[i] + t * (b[i] - a[i]);
}

}  // namespace densecrf::DENSECRF_ISA
