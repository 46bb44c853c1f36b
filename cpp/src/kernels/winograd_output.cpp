#include "kernels/epilogue.h"
#include "kernels/kernels.h"
#include "kernels/winograd_transform.h"

namespace densecrf::DENSECRF_ISA {
namespace {

using winograd::kMaxOutputs;
using winograd::kMaxProducts;

constexpr std::size_t kWidest = kPanelVectors * kLanes;
constexpr std::size_t kLine = 16;

void finish_row(const WinogradOutput& tile, const float* sums, float* to) noexcept {
  const EpilogueRow& epilogue = tile.epilogue;
  const Limits limits(epilogue.activation);
  const bool limited = !is_more_than_limits(epilogue.activation);
  for (std::size_t at = 0; at < tile.columns; at += kLanes) {
    const Vec sum = load<Vec>(sums + at) + load<Vec>(epilogue.bias + at);
    const Vec result = limited ? limits(sum) : activate(epilogue, at, sum);
    if (at + kLanes <= tile.columns)
      store(to + at, result);
    else
      store_first(to + at, result, tile.columns - at);
  }
}

}  // namespace

void winograd_output(const WinogradOutput& tile) noexcept {
  const winograd::Scheme &y = scheme(tile.forms.y), &x = scheme(tile.forms.x);
  const Transform along_y = transform<Matrix::kOutput>(tile.forms.y);
  const Transform along_x = transform<Matrix::kOutput>(tile.forms.x);
  alignas(64) float half[kMaxProducts][kMaxOutputs][kWidest];
  alignas(64) float done[kMaxOutputs][kWidest];
  const float* from[kMaxProducts];
  float* to[kMaxOutputs];
  for (std::size_t p = 0; p < y.products; ++p) {
    for (std::size_t q = 0; q < x.products; ++q) {
      from[q] = tile.sums + tile.rows[p * x.products + q] * tile.width;
      // The next tile's rows follow these, but too many rows are read in turn to be foreseen.
      for (std::size_t c = 0; c < tile.width; c += kLine) __builtin_prefetch(from[q] + tile.width + c);
    }
    for (std::size_t j = 0; j < x.outputs; ++j) to[j] = half[p][j];
    along_x(from, to, tile.width);
  }
  for (std::size_t i = 0; i < y.outputs; ++i) to[i] = done[i];
  for (std::size_t j = 0; j < tile.outputs_x; ++j) {
    for (std::size_t p = 0; p < y.products; ++p) from[p] = half[p][j];
    along_y(from, to, tile.width);
    for (std::size_t i = 0; i < tile.outputs_y; ++i)
      finish_row(tile, done[i], tile.output + i * tile.step_y + j * tile.step_x);
  }
}

}  // namespace densecrf::DENSECRF_ISA
