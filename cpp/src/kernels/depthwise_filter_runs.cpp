#include "kernels/depthwise_block.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr std::size_t kAhead = 64;  // floats: channels of a column are fetched this far before their turn

/// 0, 1, ...
inline Int lane_numbers() noexcept {
  return []<int... I>(std::integer_sequence<int, I...>) {
    return Int{I...};
  }(std::make_integer_sequence<int, static_cast<int>(kLanes)>());
}

// The forward run turned round: what the outputs of one run on one line add to the gradient of each tap. A
// run's output gradients stay in registers while its rows pass by.
template <std::size_t Outputs, std::size_t Width, std::size_t Shift, std::size_t Copies>
struct Backward {
  static constexpr std::size_t kColumns = (Outputs - 1) * Shift + Width;

  static void run(const DepthwisePass& pass, const DepthwiseLine& line, const DepthwiseRun& run,
                  const float* out_gradient, float* sums) noexcept {
    const RunPlace place(pass, line, run);
    if (place.rows == 0) return;
    const std::size_t first = run.first, last = run.last, tap_step = pass.weight_step;
    const std::ptrdiff_t column = pass.column_step, row = pass.row_step;
    const std::size_t step = pass.run_step * pass.pixel_step;

    for_registers(pass.channels, [&](std::size_t c) __attribute__((always_inline)) {
      const Int is_new =
          lane_numbers() >= static_cast<std::int32_t>(c % kLanes == 0 ? 0 : kLanes - pass.channels % kLanes);
      Vec outputs[Outputs];
      unroll<Outputs>([&](std::size_t i) {
        const float* const from = out_gradient + place.output + i * step + c;
        __builtin_prefetch(from + kAhead);
        outputs[i] = load<Vec>(from);
      });
      const float* pixels = place.from + c / Copies;
      float* taps = sums + place.tap + c;
      for (std::size_t k = 0; k < place.rows; ++k, pixels += row, taps += Width * tap_step) {
        Vec tap[Width];
        unroll<Width>([&](std::size_t t) { tap[t] = load<Vec>(taps + t * tap_step); });
        const float* pixel = pixels;
        unroll<kColumns>([&](std::size_t j) __attribute__((always_inline)) {
          const float* const at = pixel;
          pixel += column;
          keep(pixel);
          if (is_outside<Width, kColumns>(j, first, last)) return;
          __builtin_prefetch(at + kAhead);
          Vec value = spread<Copies>(at);
          keep(value);
          unroll<Width>([&](std::size_t t) __attribute__((always_inline)) {
            const std::size_t output = (j - t) / Shift;
            if (j >= t && (j - t) % Shift == 0 && output < Outputs) tap[t] += value * outputs[output];
          });
        });
        unroll<Width>([&](std::size_t t) {
          float* const to = taps + t * tap_step;
          store(to, is_new ? tap[t] : load<Vec>(to));
        });
      }
    });
  }
};

}  // namespace

void depthwise_filter_runs(const DepthwisePass& pass, const float* out_gradient, float* sums) noexcept {
  for (std::size_t r = 0; r < pass.run_count; ++r) {
    const auto run = RunTable<Backward>::find(pass, pass.runs[r].count);
    for (std::size_t l = 0; l < pass.line_count; ++l) {
      run(pass, pass.lines[l], pass.runs[r], out_gradient, sums);
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
