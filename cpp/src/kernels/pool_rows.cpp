#include "kernels/for_channels.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr float kLeast = -__builtin_inff();

}  // namespace

// out[c] = the greatest of input[offsets[i] + c]; NaN is never greater, of no row the greatest is -infinity.
void max_rows(const float* input, const std::int32_t* offsets, std::size_t count, std::size_t channels,
              float* out) noexcept {
  for_channels(channels, [=]<class V, std::size_t Count>(std::size_t at) {
    V top[Count];
    for (V& v : top) v = splat<V>(kLeast);
    for (std::size_t i = 0; i < count; ++i) {
      const float* const row = input + offsets[i] + at;
      for (std::size_t j = 0; j < Count; ++j) {
        const V x = load<V>(row + j * (sizeof(V) / sizeof(float)));
        top[j] = x > top[j] ? x : top[j];
      }
    }
    for (std::size_t j = 0; j < Count; ++j) store(out + at + j * (sizeof(V) / sizeof(float)), top[j]);
  });
}

// out[c] = the names[i] of the first greatest input[offsets[i] + c], -1 where nothing is above -infinity.
void argmax_of_rows(const float* input, const std::int32_t* offsets, const std::int32_t* names,
                    std::size_t count, std::size_t channels, std::int32_t* out) noexcept {
  for_channels(channels, [=]<class V, std::size_t Count>(std::size_t at) {
    constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
    using I = IntVec<kWidth>;
    V top[Count];
    I name[Count];
    for (std::size_t j = 0; j < Count; ++j) top[j] = splat<V>(kLeast), name[j] = I{} - 1;
    for (std::size_t i = 0; i < count; ++i) {
      const float* const row = input + offsets[i] + at;
      for (std::size_t j = 0; j < Count; ++j) {
        const V x = load<V>(row + j * kWidth);
        const I above = x > top[j];
        top[j] = x > top[j] ? x : top[j];
        name[j] = (above & names[i]) | (~above & name[j]);
      }
    }
    for (std::size_t j = 0; j < Count; ++j) store(out + at + j * kWidth, name[j]);
  });
}

// out[c] = sum of input[offsets[i] + c] where chosen[offsets[i] + c] is names[i].
void sum_chosen_rows(const float* input, const std::int32_t* chosen, const std::int32_t* offsets,
                     const std::int32_t* names, std::size_t count, std::size_t channels,
                     float* out) noexcept {
  for_channels(channels, [=]<class V, std::size_t Count>(std::size_t at) {
    constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
    using I = IntVec<kWidth>;
    V sum[Count]{};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t row = static_cast<std::size_t>(offsets[i]) + at;
      for (std::size_t j = 0; j < Count; ++j) {
        const I is = load<I>(chosen + row + j * kWidth) == names[i];
        sum[j] += bits<V>(is & load<I>(input + row + j * kWidth));
      }
    }
    for (std::size_t j = 0; j < Count; ++j) store(out + at + j * kWidth, sum[j]);
  });
}

}  // namespace densecrf::DENSECRF_ISA
