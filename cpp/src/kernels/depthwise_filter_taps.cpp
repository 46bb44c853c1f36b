#include "kernels/depthwise_taps.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

template <class V, bool Repeated>
void add_channels(const DepthwisePass& pass, std::size_t c, const float* pixel, const float* out_gradient,
                  float* sum) noexcept {
  const InputChannels<V, Repeated> channels(c, pass.multiplier);
  store(sum + c, load<V>(sum + c) + channels.of(pixel) * load<V>(out_gradient + c));
}

template <bool Repeated>
void add_output(const DepthwisePass& pass, const DepthwiseLine& line, const TapPlace& place,
                const float* out_gradient, float* sums) noexcept {
  for_taps(pass, line, place, [&](const float* pixel, std::size_t tap) {
    const float* const from = out_gradient + place.output;
    std::size_t c = 0;
    for (; c + kLanes <= pass.channels; c += kLanes)
      add_channels<Vec, Repeated>(pass, c, pixel, from, sums + tap);
    for (; c + 4 <= pass.channels; c += 4)
      add_channels<FloatVec<4>, Repeated>(pass, c, pixel, from, sums + tap);
    for (; c < pass.channels; ++c) add_channels<FloatVec<1>, Repeated>(pass, c, pixel, from, sums + tap);
  });
}

}  // namespace

void depthwise_filter_taps(const DepthwisePass& pass, const float* out_gradient, float* sums) noexcept {
  const auto add = pass.multiplier == 1 ? add_output<false> : add_output<true>;
  for (std::size_t r = 0; r < pass.run_count; ++r) {
    const DepthwiseRun& run = pass.runs[r];
    for (std::size_t l = 0; l < pass.line_count; ++l) {
      for (std::size_t i = 0; i < run.count; ++i) {
        add(pass, pass.lines[l], TapPlace(pass, pass.lines[l], run, i), out_gradient, sums);
      }
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
