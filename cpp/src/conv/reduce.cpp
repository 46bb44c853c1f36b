#include "densecrf/reduce.h"

#include "base/thread_pool.h"
#include "base/worth.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

/// body(first_row, rows) for bands of about 16 KiB.
template <class Body>
void for_bands(std::size_t rows, std::size_t length, Body body) noexcept {
  const std::size_t band = 4096 / std::min<std::size_t>(length, 4096);
  const std::size_t bands = (rows + band - 1) / band;
  parallel_for(bands, workers_for(bands, rows * length), [&](std::size_t index, unsigned) noexcept {
    body(index * band, std::min(band, rows - index * band));
  });
}

}  // namespace

void softmax(std::span<const float> input, std::size_t length, std::span<float> output) noexcept {
  const auto softmax_rows = kernels().softmax_rows;
  for_bands(input.size() / length, length, [&](std::size_t first, std::size_t rows) noexcept {
    softmax_rows(input.data() + first * length, length, rows, output.data() + first * length);
  });
}

void argmax(std::span<const float> input, std::size_t length, std::span<std::int32_t> output) noexcept {
  const auto argmax_with_nan = kernels().argmax_with_nan;
  for_bands(output.size(), length, [&](std::size_t first, std::size_t rows) noexcept {
    argmax_with_nan(input.data() + first * length, length, rows, output.data() + first);
  });
}

}  // namespace densecrf
