#include "densecrf/unary.h"

#include <algorithm>
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
  for (std::size_t first = 0; first < values.size(); first += kChunk) {
    const auto chunk = values.subspan(first, std::min(kChunk, values.size() - first));
    if (!any_not_finite(chunk)) continue;
    const auto found = std::ranges::find_if(chunk, [](float value) { return not_finite(value) != 0; });
    return first + static_cast<std::size_t>(found - chunk.begin());
  }
  return values.size();
}

}  // namespace densecrf
