#include "kernels/depthwise_block.h"
#include "kernels/epilogue.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr std::size_t kAhead = 64;  // floats: channels of a column are fetched this far before their turn
constexpr std::size_t kFew = 256;   // channels: so few are over before that helps, the next run's are fetched

// One run on one line, all channels. Every column is loaded once for all outputs that read it. What is
// fetched ahead is chosen outside, as every instruction between loads counts.
template <bool Few>
struct Channels {
  template <std::size_t Outputs, std::size_t Width, std::size_t Shift, std::size_t Copies>
  struct Forward {
    static constexpr std::size_t kColumns = (Outputs - 1) * Shift + Width;

    static void run(const DepthwisePass& pass, const DepthwiseLine& line, const DepthwiseRun& run) noexcept {
      const RunPlace place(pass, line, run);
      const std::size_t first = run.first, last = run.last, tap_step = pass.weight_step;
      const std::ptrdiff_t column = pass.column_step, row = pass.row_step;
      float* const to = pass.output + place.output;
      const std::size_t step = pass.run_step * pass.pixel_step;
      const Limits limits(pass.epilogue.activation);
      const std::ptrdiff_t next_run = static_cast<std::ptrdiff_t>(Outputs * Shift) * column;

      for_registers(pass.channels, [&](std::size_t c) __attribute__((always_inline)) {
        Vec sums[Outputs];
        const Vec bias = load<Vec>(pass.epilogue.bias + c);
        unroll<Outputs>([&](std::size_t i) { sums[i] = bias; });
        const float* pixels = place.from + c / Copies;
        const float* taps = pass.weights + place.tap + c;
        for (std::size_t k = 0; k < place.rows; ++k, pixels += row, taps += Width * tap_step) {
          Vec tap[Width];
          unroll<Width>([&](std::size_t t) { tap[t] = load<Vec>(taps + t * tap_step); });
          const float* pixel = pixels;
          unroll<kColumns>([&](std::size_t j) __attribute__((always_inline)) {
            const float* const at = pixel;
            pixel += column;
            keep(pixel);
            if (is_outside<Width, kColumns>(j, first, last)) return;
            Few ? __builtin_prefetch(at + next_run, 0, 2) : __builtin_prefetch(at + kAhead);
            Vec value = spread<Copies>(at);
            keep(value);
            unroll<Width>([&](std::size_t t) __attribute__((always_inline)) {
              const std::size_t output = (j - t) / Shift;
              if (j >= t && (j - t) % Shift == 0 && output < Outputs) sums[output] += value * tap[t];
            });
          });
        }
        // Limits take the pipes that multiply; most layers have no upper one.
        if (limits.has_high()) {
          unroll<Outputs>([&](std::size_t i) { store(to + i * step + c, limits(sums[i])); });
        } else {
          unroll<Outputs>([&](std::size_t i) { store(to + i * step + c, limits.low(sums[i])); });
        }
      });
      if (!is_more_than_limits(pass.epilogue.activation)) return;
      for (std::size_t i = 0; i < Outputs; ++i) activate_row(pass.epilogue, to + i * step, pass.channels);
    }
  };
};

template <template <std::size_t, std::size_t, std::size_t, std::size_t> class Family>
void run_all(const DepthwisePass& pass) noexcept {
  for (std::size_t r = 0; r < pass.run_count; ++r) {
    const auto run = RunTable<Family>::find(pass, pass.runs[r].count);
    for (std::size_t l = 0; l < pass.line_count; ++l) run(pass, pass.lines[l], pass.runs[r]);
  }
}

}  // namespace

void depthwise_runs(const DepthwisePass& pass) noexcept {
  pass.channels <= kFew ? run_all<Channels<true>::Forward>(pass) : run_all<Channels<false>::Forward>(pass);
}

}  // namespace densecrf::DENSECRF_ISA
