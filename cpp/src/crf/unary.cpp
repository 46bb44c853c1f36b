#include "densecrf/unary.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

#include "base/thread_pool.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 15;

/// Whether all lie in [low, high]; without a branch per element, so that it runs at the speed of memory.
bool all_within(std::span<const float> values, float low, float high) noexcept {
  std::uint32_t outside = 0;
  for (const float value : values) {
    const std::uint32_t within = (value >= low ? 1U : 0U) & (value <= high ? 1U : 0U);
    outside |= within ^ 1U;
  }
  return outside == 0;
}

}  // namespace

void unary_from_softmax(std::span<const float> probabilities, std::size_t labels, float scale, float clip,
                        std::span<float> energy) noexcept {
  const float offset = (1.0F - scale) / static_cast<float>(labels);
  const std::size_t chunks = (probabilities.size() + kChunk - 1) / kChunk;
  const auto kernel = kernels().unary_from_softmax;
  parallel_for(chunks, concurrency(), [&](std::size_t chunk, unsigned) noexcept {
    const std::size_t first = chunk * kChunk;
    const std::size_t count = std::min(kChunk, probabilities.size() - first);
    kernel(probabilities.data() + first, scale, offset, clip, energy.data() + first, count);
  });
}

std::size_t first_outside(std::span<const float> values, float low, float high) noexcept {
  const auto chunk = [&](std::size_t index) {
    return values.subspan(index * kChunk, std::min(kChunk, values.size() - index * kChunk));
  };
  const std::size_t chunks = (values.size() + kChunk - 1) / kChunk;
  std::atomic<std::size_t> first = chunks;
  parallel_for(chunks, concurrency(), [&](std::size_t index, unsigned) noexcept {
    std::size_t known = first.load(std::memory_order_relaxed);
    if (index > known || all_within(chunk(index), low, high)) return;
    while (index < known && !first.compare_exchange_weak(known, index, std::memory_order_relaxed)) {
    }
  });
  if (first == chunks) return values.size();
  const auto in = chunk(first);
  const auto found = std::ranges::find_if(in, [&](float value) { return !(value >= low && value <= high); });
  return first * kChunk + static_cast<std::size_t>(found - in.begin());
}

std::size_t first_not_finite(std::span<const float> values) noexcept {
  constexpr float kLargest = std::numeric_limits<float>::max();
  return first_outside(values, -kLargest, kLargest);
}

}  // namespace densecrf
