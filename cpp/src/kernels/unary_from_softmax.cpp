#include "kernels/kernels.h"
#include "simd/log.h"

namespace densecrf::DENSECRF_ISA {
namespace {

Vec energy_of(Vec p, float scale, float offset, float clip) noexcept {
  p = p * scale + offset;
  p = p > clip ? p : splat<Vec>(clip);
  p = p < 1.0F ? p : splat<Vec>(1.0F);
  return 0.0F - log(p);  // certainty has energy 0, not -0
}

}  // namespace

// energy = -log(clip(scale p + offset, clip, 1)), element by element.
void unary_from_softmax(const float* probabilities, float scale, float offset, float clip, float* energy,
                        std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(energy + i, energy_of(load<Vec>(probabilities + i), scale, offset, clip));
  }
  if (i == count) return;
  float rest[kLanes];
  for (std::size_t j = 0; j < kLanes; ++j) rest[j] = probabilities[i + j < count ? i + j : i];
  store(rest, energy_of(load<Vec>(rest), scale, offset, clip));
  for (std::size_t j = 0; i + j < count; ++j) energy[i + j] = rest[j];
}

}  // namespace densecrf::DENSECRF_ISA
