#include "kernels/kernels.h"
#include "simd/extremes.h"
#include "simd/label_row.h"

namespace densecrf::DENSECRF_ISA {

// out[i] = the first label with the greatest of rows[i][0 .. labels).
void argmax_rows(const float* rows, std::size_t labels, std::size_t stride, std::size_t count,
                 std::int32_t* out) noexcept {
  if (labels == 2) {
    for (std::size_t i = 0; i < count; ++i) out[i] = rows[i * stride + 1] > rows[i * stride] ? 1 : 0;
    return;
  }
  const bool done = with_label_row(labels, [=](auto row) {
    for (std::size_t i = 0; i < count; ++i) {
      row.load_from(rows + i * stride);
      out[i] = row.greatest_label();
    }
  });
  if (done) return;
  for (std::size_t i = 0; i < count; ++i, rows += stride) {
    const float top = -least_of(rows, labels, -1);
    std::int32_t label = 0;
    while (rows[label] != top && label + 1 < static_cast<std::int32_t>(labels)) ++label;
    out[i] = label;
  }
}

}  // namespace densecrf::DENSECRF_ISA
