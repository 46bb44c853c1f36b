#include "densecrf/strided_copy.h"

#include <cstring>

#include "base/thread_pool.h"
#include "base/worth.h"

namespace densecrf {
namespace {

constexpr std::size_t kTask = 16384;  // elements

void copy_row(const std::uint32_t* from, std::size_t from_stride, std::uint32_t* to, std::size_t to_stride,
              std::size_t count) noexcept {
  if (from_stride == 1 && to_stride == 1) {
    std::memcpy(to, from, count * sizeof *to);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) to[i * to_stride] = from[i * from_stride];
}

/// Where row `row` of the box begins: all axes but the last.
std::size_t start_of(const StridedCopy& copy, std::size_t row,
                     const std::array<std::size_t, kCopyRank>& strides) noexcept {
  std::size_t at = 0;
  for (std::size_t axis = kCopyRank - 1; axis-- > 0;) {
    at += row % copy.extents[axis] * strides[axis];
    row /= copy.extents[axis];
  }
  return at;
}

}  // namespace

void strided_copy(const StridedCopy& copy, std::span<const std::uint32_t> input,
                  std::span<std::uint32_t> output) noexcept {
  constexpr std::size_t kLast = kCopyRank - 1;
  const std::size_t length = copy.extents[kLast];
  std::size_t rows = 1;
  for (std::size_t axis = 0; axis < kLast; ++axis) rows *= copy.extents[axis];
  const std::size_t pieces = (length + kTask - 1) / kTask;
  const std::size_t together = length >= kTask ? 1 : kTask / length;
  const std::size_t tasks = (rows + together - 1) / together * pieces;
  parallel_for(tasks, workers_for(tasks, rows * length), [&](std::size_t task, unsigned) noexcept {
    const std::size_t first = task / pieces * together, at = task % pieces * kTask;
    const std::size_t count = length - at < kTask ? length - at : kTask;
    for (std::size_t row = first; row < first + together && row < rows; ++row) {
      copy_row(
          input.data() + copy.input_offset + start_of(copy, row, copy.input) + at * copy.input[kLast],
          copy.input[kLast],
          output.data() + copy.output_offset + start_of(copy, row, copy.output) + at * copy.output[kLast],
          copy.output[kLast], count);
    }
  });
}

}  // namespace densecrf
