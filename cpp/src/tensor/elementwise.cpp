#include "densecrf/elementwise.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "base/worth.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

// Elements of a task: 64 KiB of each array.
constexpr std::size_t kTask = 16384;
// Rows below this are repeated, so that a kernel's call is worth its while.
constexpr std::size_t kShortRow = 256, kRepeated = 1024;

/// A short row, over and over.
class RepeatedRow {
 public:
  explicit RepeatedRow(std::span<const float> row) noexcept
      : copies_(row.size() < kShortRow ? kRepeated / row.size() : 1), row_(row.data()) {
    if (copies_ == 1) return;
    for (std::size_t i = 0; i < copies_; ++i) std::ranges::copy(row, values_.data() + i * row.size());
    row_ = values_.data();
  }
  RepeatedRow(const RepeatedRow&) = delete;
  RepeatedRow& operator=(const RepeatedRow&) = delete;

  [[nodiscard]] const float* data() const noexcept { return row_; }
  [[nodiscard]] std::size_t copies() const noexcept { return copies_; }

 private:
  std::size_t copies_;
  const float* row_;
  std::array<float, kRepeated> values_;
};

/// body(first, count) for pieces of `size` elements; a piece is a multiple of `unit`, but for the last.
template <class Body>
void for_pieces(std::size_t size, std::size_t unit, Body body) noexcept {
  const std::size_t piece = std::max<std::size_t>(kTask / unit, 1) * unit;
  const std::size_t pieces = (size + piece - 1) / piece;
  parallel_for(pieces, workers_for(pieces, size), [&](std::size_t index, unsigned) noexcept {
    body(index * piece, std::min(piece, size - index * piece));
  });
}

/// body(row, at, count) for rows of `length`, or for pieces of them.
template <class Body>
void for_rows(std::size_t rows, std::size_t length, Body body) noexcept {
  const std::size_t pieces = (length + kTask - 1) / kTask;
  const std::size_t together = std::max<std::size_t>(kTask / length, 1);
  const std::size_t tasks = (rows + together - 1) / together * pieces;
  parallel_for(tasks, workers_for(tasks, rows * length), [&](std::size_t task, unsigned) noexcept {
    const std::size_t first = task / pieces * together, at = task % pieces * kTask;
    for (std::size_t row = first; row < std::min(first + together, rows); ++row) {
      body(row, at, std::min(kTask, length - at));
    }
  });
}

/// Rows of a channel vector beside dense rows: by far the most frequent of broadcasts.
bool is_vector_per_row(const Broadcast& over) noexcept {
  const auto& [extents, a, b] = over;
  return extents[0] == 1 && extents[1] == 1 && a[2] == extents[3] && a[3] == 1 && b[2] == 0 && b[3] == 1;
}

std::size_t offset_of(const Broadcast& over, std::size_t row,
                      const std::array<std::size_t, kBroadcastRank>& strides) noexcept {
  const auto& extents = over.extents;
  return row % extents[2] * strides[2] + row / extents[2] % extents[1] * strides[1] +
         row / (extents[2] * extents[1]) * strides[0];
}

}  // namespace

void binary(BinaryOp op, const Broadcast& over, std::span<const float> a, std::span<const float> b,
            std::span<float> out) noexcept {
  const auto binary_row = kernels().binary_row;
  const std::size_t length = over.extents[3];
  if (is_vector_per_row(over) && length < kShortRow) {
    const RepeatedRow vector(b.first(length));
    const std::size_t unit = vector.copies() * length;
    for_pieces(out.size(), unit, [&](std::size_t first, std::size_t count) noexcept {
      for (const std::size_t end = first + count; first < end; first += unit) {
        binary_row(op, a.data() + first, 1, vector.data(), 1, std::min(unit, end - first),
                   out.data() + first);
      }
    });
    return;
  }
  for_rows(out.size() / length, length, [&](std::size_t row, std::size_t at, std::size_t count) noexcept {
    binary_row(op, a.data() + offset_of(over, row, over.a) + at * over.a[3], over.a[3],
               b.data() + offset_of(over, row, over.b) + at * over.b[3], over.b[3], count,
               out.data() + row * length + at);
  });
}

void unary(UnaryOp op, float parameter, std::span<const float> x, std::span<float> out) noexcept {
  const auto unary_row = kernels().unary_row;
  for_pieces(x.size(), 1, [&](std::size_t first, std::size_t count) noexcept {
    unary_row(op, parameter, x.data() + first, count, out.data() + first);
  });
}

void scale_channels(std::span<const float> x, std::span<const float> scale, std::span<const float> offset,
                    std::span<float> out) noexcept {
  const auto scale_row = kernels().scale_row;
  const RepeatedRow scales(scale), offsets(offset);
  const std::size_t unit = scales.copies() * scale.size();
  for_pieces(x.size(), unit, [&](std::size_t first, std::size_t count) noexcept {
    for (const std::size_t end = first + count; first < end; first += unit) {
      scale_row(x.data() + first, scales.data(), offsets.data(), std::min(unit, end - first),
                out.data() + first);
    }
  });
}

}  // namespace densecrf
