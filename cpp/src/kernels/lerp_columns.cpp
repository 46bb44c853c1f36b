#include "kernels/for_channels.h"
#include "kernels/kernels.h"
#include "simd/unroll.h"

namespace densecrf::DENSECRF_ISA {
namespace {

/// Where no register would be filled.
void lerp_few(const float* row, const ResizeTap* taps, std::size_t count, std::size_t channels,
              float* out) noexcept {
  for (const ResizeTap* tap = taps; tap != taps + count; ++tap, out += channels) {
    const float* const low = row + tap->low * channels;
    const float* const high = row + tap->high * channels;
    for (std::size_t c = 0; c < channels; ++c) out[c] = low[c] + tap->weight * (high[c] - low[c]);
  }
}

}  // namespace

// out[i] = row[low] + weight (row[high] - row[low]), pixels of `channels`: the horizontal half of bilinear
// resizing.
void lerp_columns(const float* row, const ResizeTap* taps, std::size_t count, std::size_t channels,
                  float* out) noexcept {
  if (channels < 4) return lerp_few(row, taps, count, channels, out);
  for (const ResizeTap* tap = taps; tap != taps + count; ++tap, out += channels) {
    const float* const low = row + tap->low * channels;
    const float* const high = row + tap->high * channels;
    for_channels(channels, [&]<class V, std::size_t Count>(std::size_t at) __attribute__((always_inline)) {
      unroll<Count>([&](std::size_t j) __attribute__((always_inline)) {
        const std::size_t c = at + j * (sizeof(V) / sizeof(float));
        const V from = load<V>(low + c);
        store(out + c, from + tap->weight * (load<V>(high + c) - from));
      });
    });
  }
}

}  // namespace densecrf::DENSECRF_ISA
