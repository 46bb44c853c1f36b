#include <cstring>

#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {

// Splat and slice apart from each other, for everything that is not the mean-field loop.

// sums[slot] += weight * rows[point], rows of `labels` floats: as wide as the sums, or narrower.
void splat_rows(const TileTable& table, const float* rows, std::size_t labels, std::size_t width,
                float* sums) noexcept {
  if (labels == width && width != 1) {
    for_blocks(width, [=, &table]<int Groups>(std::size_t at) {
      for (std::size_t p = 0; p < table.points; ++p) {
        const auto row = Row<Groups>::from(rows + p * width + at);
        for (std::size_t j = p * table.rows; j < (p + 1) * table.rows; ++j) {
          row.add_scaled_to(table.splat[j], sums + table.slots[j] * width + at);
        }
      }
    });
    return;
  }
  for (std::size_t p = 0; p < table.points; ++p) {
    const float* row = rows + p * labels;
    for (std::size_t j = p * table.rows; j < (p + 1) * table.rows; ++j) {
      const float weight = table.splat[j];
      float* sum = sums + table.slots[j] * width;
      for (std::size_t l = 0; l < labels; ++l) sum[l] += weight * row[l];
    }
  }
}

// out[point] = sum of weight * values[slot]
void slice_rows(const TileTable& table, const float* values, std::size_t width, float* out) noexcept {
  for (std::size_t p = 0; p < table.points; ++p) {
    float* row = out + p * width;
    std::memset(row, 0, width * sizeof(float));
    for (std::size_t j = p * table.rows; j < (p + 1) * table.rows; ++j) {
      const float weight = table.slice[j];
      const float* value = values + table.slots[j] * width;
      for (std::size_t l = 0; l < width; ++l) row[l] += weight * value[l];
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
