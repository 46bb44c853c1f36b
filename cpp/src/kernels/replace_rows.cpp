#include "kernels/kernels.h"
#include "simd/label_row.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr auto kDistance = [](auto a, auto b) { return kGreatest(a - b, b - a); };

float replace(const float* row, std::size_t count, float* out) noexcept {
  Vec top{};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Vec v = load<Vec>(row + i);
    top = kGreatest(kDistance(v, load<Vec>(out + i)), top);
    store(out + i, v);
  }
  float change = fold(top, kGreatest);
  for (; i < count; ++i) {
    change = kGreatest(kDistance(row[i], out[i]), change);
    out[i] = row[i];
  }
  return change;
}

}  // namespace

// Rows of `labels` floats, `stride` apart, one behind the other in the place of others; `change` becomes the
// greatest distance of a number from the one before it, if that is more. What is not a number counts nothing.
void replace_rows(const float* rows, std::size_t labels, std::size_t stride, std::size_t count, float* out,
                  float* change) noexcept {
  if (stride == labels) {
    *change = kGreatest(replace(rows, count * labels, out), *change);
    return;
  }
  const bool done = with_label_row(labels, [=](auto row) {
    auto before = row;
    auto top = row.zero();
    for (std::size_t i = 0; i < count; ++i) {
      row.load_from(rows + i * stride);
      before.load_from(out + i * labels);
      row.raise_to_distance(before, top);
      row.store_to(out + i * labels);
    }
    *change = kGreatest(fold(top, kGreatest), *change);
  });
  if (done) return;
  for (std::size_t i = 0; i < count; ++i)
    *change = kGreatest(replace(rows + i * stride, labels, out + i * labels), *change);
}

}  // namespace densecrf::DENSECRF_ISA
