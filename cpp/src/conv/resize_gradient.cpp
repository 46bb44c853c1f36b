#include <cstdint>
#include <new>
#include <vector>

#include "base/buffer.h"
#include "base/thread_pool.h"
#include "base/worth.h"
#include "conv/resize_taps.h"
#include "densecrf/resize.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

/// The outputs that read each input coordinate, and how much of it they take: the transpose of resize_taps.
class Readers {
 public:
  Readers(std::size_t in, std::size_t out, ResizeGrid grid, std::size_t step) : starts_(in + 1) {
    const std::vector<ResizeTap> taps = resize_taps(in, out, grid);
    for (const ResizeTap& tap : taps) ++starts_[tap.low + 1], ++starts_[tap.high + 1];
    for (std::size_t i = 0; i < in; ++i) starts_[i + 1] += starts_[i];
    offsets_.resize(2 * out);
    weights_.resize(2 * out);
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t o = 0; o < out; ++o) {
      const auto add = [&](std::size_t i, float weight) {
        offsets_[next[i]] = static_cast<std::int32_t>(o * step);
        weights_[next[i]++] = weight;
      };
      add(taps[o].low, 1 - taps[o].weight);
      add(taps[o].high, taps[o].weight);
    }
  }
  /// gradient[0 .. channels) of input i, from what its readers' rows begin at.
  void sum(std::size_t i, const float* rows, std::size_t channels, float* gradient) const noexcept {
    const std::size_t first = starts_[i];
    kernels().sum_rows(rows, &offsets_[first], &weights_[first], starts_[i + 1] - first, channels, gradient);
  }

 private:
  std::vector<std::size_t> starts_;
  std::vector<std::int32_t> offsets_;
  std::vector<float> weights_;
};

}  // namespace

Status resize_bilinear_gradient(std::span<const float> out_gradient, const ImageShape& shape,
                                std::size_t out_height, std::size_t out_width, ResizeGrid grid,
                                std::span<float> gradient) noexcept try {
  const std::size_t channels = shape.channels, wide_row = out_width * channels;
  const Readers vertical(shape.height, out_height, grid, wide_row);
  const Readers horizontal(shape.width, out_width, grid, channels);
  const std::size_t lines = shape.batch * shape.height;
  const unsigned workers = workers_for(lines, out_gradient.size());
  std::vector<Buffer<float>> wide(workers);
  for (auto& row : wide) row = Buffer<float>(wide_row);

  parallel_for(lines, workers, [&](std::size_t line, unsigned worker) noexcept {
    const float* const image = out_gradient.data() + line / shape.height * out_height * wide_row;
    vertical.sum(line % shape.height, image, wide_row, wide[worker].data());
    float* const to = gradient.data() + line * shape.width * channels;
    for (std::size_t x = 0; x < shape.width; ++x) {
      horizontal.sum(x, wide[worker].data(), channels, to + x * channels);
    }
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
