#include "kernels/kernels.h"
#include "simd/extremes.h"

namespace densecrf::DENSECRF_ISA {

// least[i] = min over l of energy[i][l]; logits[i][l] = least[i] - energy[i][l]: a point's greatest logit is
// 0, so softmax has no maximum to look for.
void store_unary(const float* energy, std::size_t labels, std::size_t count, float* logits,
                 float* least) noexcept {
  for (std::size_t i = 0; i < count; ++i, energy += labels, logits += labels) {
    const float low = least_of(energy, labels);
    least[i] = low;
    for (std::size_t l = 0; l < labels; ++l) logits[l] = low - energy[l];
  }
}

}  // namespace densecrf::DENSECRF_ISA
