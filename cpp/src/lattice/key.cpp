#include "lattice/key.h"

#include <bit>
#include <cmath>

namespace densecrf {

std::optional<EmbedPlan> make_embed_plan(std::span<const Interval> bounds) {
  const std::size_t d = bounds.size();
  EmbedPlan plan{};
  plan.dimensions = d;
  // The filter's own deviation (Adams et al. 2010, p. 6) times the diagonal of the elevation (p. 5),
  // rounded to float where the classic implementation rounds.
  const auto deviation = static_cast<float>(std::sqrt(2.0 / 3.0) * static_cast<double>(d + 1));
  for (std::size_t i = 0; i < d; ++i) {
    plan.scale[i] = static_cast<float>(1.0 / std::sqrt(static_cast<double>((i + 2) * (i + 1))) * deviation);
  }

  const auto margin = static_cast<double>(4 * (d + 1));
  Interval above{0, 0};  // of the sum over the coordinates above i
  for (std::size_t i = d; i > 0; --i) {
    above.low += bounds[i - 1].low * plan.scale[i - 1];
    above.high += bounds[i - 1].high * plan.scale[i - 1];
  }
  std::size_t word = 0, used = 0;
  for (std::size_t i = 0; i < d; ++i) {
    // e[i] = sum over j > i of c f - i c[i-1] f[i-1]; e[0] is the whole sum.
    Interval range = above;
    if (i > 0) {
      const double scale = plan.scale[i - 1], times = static_cast<double>(i);
      above.low -= bounds[i - 1].low * scale;
      above.high -= bounds[i - 1].high * scale;
      range = {above.low - times * scale * bounds[i - 1].high,
               above.high - times * scale * bounds[i - 1].low};
    }
    if (!(range.low > -kMaxCoordinate && range.high < kMaxCoordinate)) return std::nullopt;
    const auto low = static_cast<std::int64_t>(std::floor(range.low - margin));
    const auto high = static_cast<std::int64_t>(std::ceil(range.high + margin));
    const auto width = static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(high - low)));
    if (used + width > 64) {
      ++word;
      used = 0;
    }
    plan.word[i] = static_cast<std::uint8_t>(word);
    plan.shift[i] = static_cast<std::uint8_t>(used);
    plan.bias[word] += static_cast<std::uint64_t>(-low) << used;
    used += width;
  }
  plan.words = word + 1;
  return plan;
}

}  // namespace densecrf
