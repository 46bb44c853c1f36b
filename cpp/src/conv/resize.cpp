#include "densecrf/resize.h"

#include <algorithm>
#include <new>
#include <vector>

#include "base/thread_pool.h"
#include "conv/resize_taps.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

/// The horizontal half: one row of the input at the width of the output.
void widen(const float* row, std::span<const ResizeTap> columns, std::size_t channels, float* out) noexcept {
  for (const ResizeTap& tap : columns) {
    const float* const low = row + tap.low * channels;
    const float* const high = row + tap.high * channels;
    for (std::size_t c = 0; c < channels; ++c) out[c] = low[c] + tap.weight * (high[c] - low[c]);
    out += channels;
  }
}

/// The last two rows of the input that were widened: neighbouring output rows mostly need the same ones.
class WideRows {
 public:
  WideRows(std::span<const ResizeTap> columns, std::size_t channels)
      : columns_(columns),
        channels_(channels),
        rows_{std::vector<float>(columns.size() * channels), std::vector<float>(columns.size() * channels)} {}

  const float* get(const float* row) noexcept {
    const std::size_t slot = held_[1] == row ? 1 : held_[0] == row ? 0 : oldest_;
    oldest_ = 1 - slot;
    if (held_[slot] != row) {
      widen(row, columns_, channels_, rows_[slot].data());
      held_[slot] = row;
    }
    return rows_[slot].data();
  }

 private:
  std::span<const ResizeTap> columns_;
  std::size_t channels_;
  std::vector<float> rows_[2];
  const float* held_[2]{};
  std::size_t oldest_ = 0;
};

}  // namespace

Status resize_bilinear(std::span<const float> input, const ImageShape& shape, std::size_t out_height,
                       std::size_t out_width, ResizeGrid grid, std::span<float> output) noexcept try {
  const std::vector<ResizeTap> rows = resize_taps(shape.height, out_height, grid);
  const std::vector<ResizeTap> columns = resize_taps(shape.width, out_width, grid);
  const std::size_t in_row = shape.width * shape.channels, out_row = out_width * shape.channels;
  constexpr std::size_t kBand = 16;  // output rows that one worker makes in turn
  const std::size_t bands = (out_height + kBand - 1) / kBand;
  const auto workers = static_cast<unsigned>(std::min<std::size_t>(concurrency(), shape.batch * bands));
  std::vector<WideRows> wide(workers, WideRows(columns, shape.channels));
  const auto lerp_rows = kernels().lerp_rows;

  parallel_for(shape.batch * bands, workers, [&](std::size_t index, unsigned worker) noexcept {
    const std::size_t image = index / bands, first = index % bands * kBand;
    const float* const from = input.data() + image * shape.height * in_row;
    float* const to = output.data() + image * out_height * out_row;
    for (std::size_t y = first; y < std::min(first + kBand, out_height); ++y) {
      const float* const low = wide[worker].get(from + rows[y].low * in_row);
      const float* const high = wide[worker].get(from + rows[y].high * in_row);
      lerp_rows(low, high, rows[y].weight, to + y * out_row, out_row);
    }
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
