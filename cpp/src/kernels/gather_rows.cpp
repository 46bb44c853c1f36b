#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {

// out[i] = scale * values[vertices[i]], label by label: a tile's own copy of what it will slice, with the
// compatibility applied (it is linear over labels, so it may act on vertices instead of points).
void gather_rows(const float* values, const std::uint32_t* vertices, std::size_t count, const float* scale,
                 std::size_t width, float* out) noexcept {
  if (width == 1) {
    for (std::size_t i = 0; i < count; ++i) out[i] = scale[0] * values[vertices[i]];
    return;
  }
  for_blocks(width, [=]<int Groups>(std::size_t at) {
    const auto factor = Row<Groups>::from(scale + at);
    for (std::size_t i = 0; i < count; ++i) {
      prefetch_row<Groups>(values + vertices[i + kLookAhead < count ? i + kLookAhead : i] * width + at);
      auto row = factor;
      row.multiply(values + vertices[i] * width + at);
      row.store_to(out + i * width + at);
    }
  });
}

// The same with a full compatibility: out[i] = sum over l of values[vertices[i]][l] * matrix[l], rows of
// the matrix being `width` wide.
void gather_mixed_rows(const float* values, const std::uint32_t* vertices, std::size_t count,
                       const float* matrix, std::size_t labels, std::size_t width, float* out) noexcept {
  for_blocks(width, [=]<int Groups>(std::size_t at) {
    for (std::size_t i = 0; i < count; ++i) {
      const float* value = values + vertices[i] * width;
      auto row = Row<Groups>::zero();
      for (std::size_t l = 0; l < labels; ++l) row.add_scaled(value[l], matrix + l * width + at);
      row.store_to(out + i * width + at);
    }
  });
}

}  // namespace densecrf::DENSECRF_ISA
