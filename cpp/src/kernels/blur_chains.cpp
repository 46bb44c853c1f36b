#include "kernels/for_width.h"
#include "kernels/kernels.h"

namespace densecrf::DENSECRF_ISA {
namespace {

constexpr std::uint32_t kLast = 0x80000000U;  // ends a chain

float half_unless(std::uint32_t last) noexcept { return last != 0 ? 0.0F : 0.5F; }

}  // namespace

// new = old + (previous + next) / 2 along chains of neighbours on one axis, in place; a missing
// neighbour counts 0. Source: Adams et al. 2010, section 3.3.
void blur_chains(const std::uint32_t* chain, std::size_t count, std::size_t width, float* values) noexcept {
  if (count == 0) return;
  if (width == 1) {
    float previous = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t last = chain[k] & kLast;
      float& value = values[chain[k] & ~kLast];
      const float old = value;
      const float next = last != 0 ? 0 : values[chain[k + 1] & ~kLast];
      value = old + 0.5F * (previous + next);
      previous = last != 0 ? 0 : old;
    }
    return;
  }
  for_blocks(width, [=]<int Groups>(std::size_t at) {
    const auto row = [=](std::size_t k) { return values + (chain[k] & ~kLast) * width + at; };
    auto previous = Row<Groups>::zero(), old = Row<Groups>::from(row(0));
    float before = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const float after = half_unless(chain[k] & kLast);
      prefetch_row<Groups>(row(k + kLookAhead < count ? k + kLookAhead : k));
      const auto next = Row<Groups>::from(row(k + 1 < count ? k + 1 : k));
      auto blurred = old;
      blurred.add_scaled(before, previous);
      blurred.add_scaled(after, next);
      blurred.store_to(row(k));
      previous = old;
      old = next;
      before = after;
    }
  });
}

}  // namespace densecrf::DENSECRF_ISA
