#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {

// values[v] = sum over slots[offsets[v]..offsets[v + 1]) of sums: the tiles' shares of vertex v, always
// added in the same order.
void merge_rows(const float* sums, const std::uint32_t* offsets, const std::uint32_t* slots,
                std::size_t first, std::size_t last, std::size_t width, float* values) noexcept {
  if (width == 1) {
    for (std::size_t v = first; v < last; ++v) {
      float total = 0;
      for (std::size_t s = offsets[v]; s < offsets[v + 1]; ++s) total += sums[slots[s]];
      values[v] = total;
    }
    return;
  }
  const std::size_t end = offsets[last];
  for_blocks(width, [=]<int Groups>(std::size_t at) {
    for (std::size_t v = first; v < last; ++v) {
      auto total = Row<Groups>::zero();
      for (std::size_t s = offsets[v]; s < offsets[v + 1]; ++s) {
        prefetch_row<Groups>(sums + slots[s + kLookAhead < end ? s + kLookAhead : s] * width + at);
        total.add(sums + slots[s] * width + at);
      }
      total.store_to(values + v * width + at);
    }
  });
}

}  // namespace densecrf::DENSECRF_ISA
