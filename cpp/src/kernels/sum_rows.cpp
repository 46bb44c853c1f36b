#include "kernels/for_channels.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {

// out[c] = sum of weights[i] input[offsets[i] + c]. Rows of even and of odd i are added up apart: two shorter
// sums round less, and wait less for each other.
void sum_rows(const float* input, const std::int32_t* offsets, const float* weights, std::size_t count,
              std::size_t channels, float* out) noexcept {
  for_channels(channels, [=]<class V, std::size_t Count>(std::size_t at) {
    constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
    V even[Count]{}, odd[Count]{};
    const auto add = [=](V* sum, std::size_t i) {
      const float* const row = input + offsets[i] + at;
      for (std::size_t j = 0; j < Count; ++j) sum[j] += weights[i] * load<V>(row + j * kWidth);
    };
    std::size_t i = 0;
    for (; i + 2 <= count; i += 2) {
      if (i + kRowsAhead + 2 <= count) {
        for (std::size_t j = 0; j < Count * kWidth; j += 16) {
          __builtin_prefetch(input + offsets[i + kRowsAhead] + at + j);
          __builtin_prefetch(input + offsets[i + kRowsAhead + 1] + at + j);
        }
      }
      add(even, i);
      add(odd, i + 1);
    }
    if (i < count) add(even, i);
    for (std::size_t j = 0; j < Count; ++j) store(out + at + j * kWidth, even[j] + odd[j]);
  });
}

}  // namespace densecrf::DENSECRF_ISA
