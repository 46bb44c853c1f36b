#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {

// out[c] = sum over q of row[c copies + q]: what comes back to an input channel that was used `copies` times.
void fold_channels(const float* row, std::size_t count, std::size_t copies, float* out) noexcept {
  for (std::size_t c = 0; c < count; ++c, row += copies) {
    float sum = row[0];
    for (std::size_t q = 1; q < copies; ++q) sum += row[q];
    out[c] = sum;
  }
}

}  // namespace densecrf::DENSECRF_ISA
