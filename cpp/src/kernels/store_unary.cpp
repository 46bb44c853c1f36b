#include "kernels/kernels.h"
#include "simd/extremes.h"
#include "simd/label_row.h"

namespace densecrf::DENSECRF_ISA {
namespace {

void store_pairs(const float* __restrict energy, std::size_t count, float* __restrict logits,
                 float* __restrict least) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const float a = energy[2 * i], b = energy[2 * i + 1], low = kLeast(a, b);
    least[i] = low;
    logits[2 * i] = low - a;
    logits[2 * i + 1] = low - b;
  }
}

}  // namespace

// least[i] = min over l of energy[i][l]; logits[i][l] = least[i] - energy[i][l]: a point's greatest logit is
// 0, so softmax has no maximum to look for.
void store_unary(const float* energy, std::size_t labels, std::size_t count, float* logits,
                 float* least) noexcept {
  if (labels == 2) return store_pairs(energy, count, logits, least);
  const bool done = with_label_row(labels, [=](auto row) {
    for (std::size_t i = 0; i < count; ++i) {
      row.load_from(energy + i * labels);
      least[i] = row.least();
      row.subtract_from(least[i]);
      row.store_to(logits + i * labels);
    }
  });
  if (done) return;
  for (std::size_t i = 0; i < count; ++i, energy += labels, logits += labels) {
    const float low = least_of(energy, labels);
    least[i] = low;
    for (std::size_t l = 0; l < labels; ++l) logits[l] = low - energy[l];
  }
}

}  // namespace densecrf::DENSECRF_ISA
