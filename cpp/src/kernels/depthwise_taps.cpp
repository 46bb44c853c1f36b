#include "kernels/depthwise_taps.h"

#include "kernels/epilogue.h"
#include "kernels/for_channels.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

template <bool Repeated>
void make_output(const DepthwisePass& pass, const DepthwiseLine& line, const TapPlace& place) noexcept {
  float* const to = pass.output + place.output;
  for_channels(pass.channels, [&]<class V, std::size_t Count>(std::size_t at) {
    constexpr std::size_t kWidth = sizeof(V) / sizeof(float);
    V sums[Count];
    for (std::size_t i = 0; i < Count; ++i) sums[i] = load<V>(pass.epilogue.bias + at + i * kWidth);
    for_taps(pass, line, place, [&](const float* pixel, std::size_t tap) {
      for (std::size_t i = 0; i < Count; ++i) {
        const std::size_t c = at + i * kWidth;
        const InputChannels<V, Repeated> channels(c, pass.multiplier);
        sums[i] += channels.of(pixel) * load<V>(pass.weights + tap + c);
      }
    });
    for (std::size_t i = 0; i < Count; ++i) store(to + at + i * kWidth, sums[i]);
  });
  if (pass.epilogue.activation != Activation::kNone) activate_row(pass.epilogue, to, pass.channels);
}

}  // namespace

void depthwise_taps(const DepthwisePass& pass) noexcept {
  const auto make = pass.multiplier == 1 ? make_output<false> : make_output<true>;
  for (std::size_t r = 0; r < pass.run_count; ++r) {
    const DepthwiseRun& run = pass.runs[r];
    for (std::size_t l = 0; l < pass.line_count; ++l) {
      for (std::size_t i = 0; i < run.count; ++i) {
        make(pass, pass.lines[l], TapPlace(pass, pass.lines[l], run, i));
      }
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
