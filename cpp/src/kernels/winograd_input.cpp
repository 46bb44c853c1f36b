#include "kernels/kernels.h"
#include "kernels/winograd_transform.h"

namespace densecrf::DENSECRF_ISA {
namespace {

using winograd::kMaxInputs;
using winograd::kMaxProducts;

// Channels that are transformed at a time: long runs of memory, and a scratch that fits the first cache.
constexpr std::size_t kBlock = 128;
constexpr std::size_t kLine = 16;
alignas(64) constexpr float kZeros[kBlock]{};

/// Where the samples of one block of channels are to be read.
class Samples {
 public:
  Samples(const WinogradInput& tile, std::size_t channel, std::size_t count) noexcept
      : tile_(tile), channel_(channel), count_(count), whole_(count % kLanes == 0) {}

  void row(std::size_t i, std::size_t inputs, const float** out) noexcept {
    for (std::size_t j = 0; j < inputs; ++j) {
      out[j] = kZeros;
      if (j < tile_.x_begin || j >= tile_.x_end) continue;
      const auto at = static_cast<std::ptrdiff_t>(i * tile_.step_y + j * tile_.step_x + channel_);
      out[j] = tile_.input + (tile_.origin + at);
      // Samples lie far apart: only we know which ones come next.
      for (std::size_t c = 0; c < count_; c += kLine) __builtin_prefetch(out[j] + tile_.ahead + c, 0, 2);
      if (whole_) continue;
      // The last channels do not fill a register, and nothing may be read after them.
      std::memset(ends_[j], 0, sizeof ends_[j]);
      std::memcpy(ends_[j], out[j], count_ * sizeof(float));
      out[j] = ends_[j];
    }
  }

 private:
  const WinogradInput& tile_;
  std::size_t channel_, count_;
  bool whole_;
  alignas(64) float ends_[kMaxInputs][kBlock];
};

/// Fetches where products (p, q), for all p, go: every row lies somewhere else.
void fetch_rows(const WinogradInput& tile, std::size_t q, std::size_t channel, std::size_t count) noexcept {
  const winograd::Scheme &y = scheme(tile.forms.y), &x = scheme(tile.forms.x);
  for (std::size_t p = 0; p < y.products; ++p) {
    const float* const row = tile.out + tile.rows[p * x.products + q] * tile.row_stride + channel;
    for (std::size_t i = 0; i < count; i += kLine) __builtin_prefetch(row + i, 1);
  }
}

}  // namespace

void winograd_input(const WinogradInput& tile) noexcept {
  const winograd::Scheme &y = scheme(tile.forms.y), &x = scheme(tile.forms.x);
  const Transform along_y = transform<Matrix::kInput>(tile.forms.y);
  const Transform along_x = transform<Matrix::kInput>(tile.forms.x);
  alignas(64) float half[kMaxInputs][kMaxProducts][kBlock];
  const float* from[kMaxInputs];
  float* to[kMaxProducts];
  for (std::size_t c = 0; c < tile.channels; c += kBlock) {
    const std::size_t count = tile.channels - c < kBlock ? tile.channels - c : kBlock;
    const std::size_t padded = (count + kLanes - 1) / kLanes * kLanes;
    Samples samples(tile, c, count);
    for (std::size_t i = tile.y_begin; i < tile.y_end; ++i) {
      samples.row(i, x.inputs, from);
      for (std::size_t q = 0; q < x.products; ++q) to[q] = half[i][q];
      along_x(from, to, padded);
    }
    for (std::size_t q = 0; q < x.products; ++q) {
      for (std::size_t i = 0; i < y.inputs; ++i)
        from[i] = i >= tile.y_begin && i < tile.y_end ? half[i][q] : kZeros;
      for (std::size_t p = 0; p < y.products; ++p)
        to[p] = tile.out + tile.rows[p * x.products + q] * tile.row_stride + c;
      if (q + 1 < x.products) fetch_rows(tile, q + 1, c, padded);
      along_y(from, to, padded);
    }
  }
}

}  // namespace densecrf::DENSECRF_ISA
