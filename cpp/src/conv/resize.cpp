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
      lerp_columns_(row, columns_.data(), columns_.size(), channels_, rows_[slot].data());
      held_[slot] = row;
    }
    return rows_[slot].data();
  }

 private:
  std::span<const ResizeTap> columns_;
  std::size_t channels_;
  std::vector<float> rows_[2];
  decltype(Kernels::lerp_columns) lerp_columns_ = kernels().lerp_columns;
  const float* held_[2]{};
  std::size_t oldest_ = 0;
};

}  // namespace

Status resize_bilinear(std::span<const float> input, const ImageShape& shape, std::size_t out_height,
                       std::size_t out_width, ResizeGrid grid, std::span<float> output) noexcept try {
  const std::vector<ResizeTap> rows = resize_taps(shape.height, out_height, grid);
  const std::vector<ResizeTap> columns = resize_taps(shape.width, out_width, grid);
  const std::size_t in_row = shape.width * shape.channels, out_row = out_width * shape.channels;
  // Output rows that one worker makes in turn: the fewer bands, the fewer rows are widened twice.
  constexpr std::size_t kLeastBand = 16, kBandsOfThread = 4;
  const std::size_t shares = kBandsOfThread * concurrency();
  const std::size_t band = std::max(kLeastBand, (out_height + shares - 1) / shares);
  const std::size_t bands = (out_height + band - 1) / band;
  const auto workers = static_cast<unsigned>(std::min<std::size_t>(concurrency(), shape.batch * bands));
  std::vector<WideRows> wide(workers, WideRows(columns, shape.channels));
  const auto lerp_rows = kernels().lerp_rows;

  parallel_for(shape.batch * bands, workers, [&](std::size_t index, unsigned worker) noexcept {
    const std::size_t image = index / bands, first = index % bands * band;
    const float* const from = input.data() + image * shape.height * in_row;
    float* const to = output.data() + image * out_height * out_row;
    for (std::size_t y = first; y < std::min(first + band, out_height); ++y) {
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
