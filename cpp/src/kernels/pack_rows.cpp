#include <cstring>

#include "kernels/kernels.h"
#include "simd/label_row.h"

namespace densecrf::DENSECRF_ISA {

// Rows of `labels` floats, `stride` apart, one behind the other.
void pack_rows(const float* rows, std::size_t labels, std::size_t stride, std::size_t count,
               float* out) noexcept {
  if (stride == labels) {
    std::memcpy(out, rows, count * labels * sizeof(float));
    return;
  }
  const bool done = with_label_row(labels, [=](auto row) {
    for (std::size_t i = 0; i < count; ++i) {
      row.load_from(rows + i * stride);
      row.store_to(out + i * labels);
    }
  });
  if (done) return;
  for (std::size_t i = 0; i < count; ++i, rows += stride, out += labels) {
    for (std::size_t l = 0; l < labels; ++l) out[l] = rows[l];
  }
}

}  // namespace densecrf::DENSECRF_ISA
