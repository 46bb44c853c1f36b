#include "densecrf/unary.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>

#include "base/thread_pool.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 15;

/// 1 for NaN and infinities.
std::uint32_t not_finite(float value) noexcept {
  constexpr std::uint32_t kExponent = 0x7f800000U;
  return (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent ? 1U : 0U;
}

/// Without a branch per element, so that it runs at the speed of memory.
bool any_not_finite(std::span<const float> values) noexcept {
  std::uint32_t any = 0;
  for (const float value : values) any |= not_finite(value);
  return any != 0;
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

std::size_t first_not_finite(std::span<const float> values) noexcept {
  const auto chunk = [&](std::size_t index) {
    return values.subspan(index * kChunk, std::min(kChunk, values.size() - index * kChunk));
  };
  const std::size_t chunks = (values.size() + kChunk - 1) / kChunk;
  std::atomic<std::size_t> first = chunks;
  parallel_for(chunks, concurrency(), [&](std::size_t index, unsigned) noexcept {
    std::size_t known = first.load(std::memory_order_relaxed);
    if (index > known || !any_not_finite(chunk(index))) return;
    while (index < known && !first.compare_exchange_weak(known, index, std::memory_order_relaxed)) {
    }
  });
  if (first == chunks) return values.size();
  const auto in = chunk(first);
  const auto found = std::ranges::find_if(in, [](float value) { return not_finite(value) != 0; });
  return first * kChunk + static_cast<std::size_t>(found - in.begin());
}

}  // namespace densecrf
