#include "lattice/point_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "lattice/tiling.h"

namespace densecrf {
namespace {

// Features are in units of the kernel's deviation, about the size of a lattice cell.
constexpr float kJump = 2;                // a neighbour in memory farther off than this shares nothing
constexpr std::size_t kJumpsAllowed = 4;  // one in so many consecutive points

/// Bits of x, d places apart.
std::uint64_t spread(std::uint64_t x, std::size_t d, std::size_t bits) noexcept {
  std::uint64_t out = 0;
  for (std::size_t b = 0; b < bits; ++b) out |= (x >> b & 1) << (b * d);
  return out;
}

}  // namespace

std::vector<std::uint32_t> point_order(const Features& features, std::size_t points) {
  const std::size_t d = features.dimensions(), bits = 63 / d;
  const std::vector<Interval> bounds = features.bounds();
  const Tiling given(std::vector<std::size_t>{points}, Tiling::kTilePoints);
  std::vector<float> block(d * Tiling::kTilePoints), previous(d, 0);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places(points);
  std::size_t jumps = 0;
  for (std::size_t tile = 0; tile < given.tiles(); ++tile) {
    features.fill(given, tile, block.data(), Tiling::kTilePoints);
    for (std::size_t p = 0; p < given.size(tile); ++p) {
      std::uint64_t code = 0;
      bool jumped = false;
      for (std::size_t i = 0; i < d; ++i) {
        const float feature = block[i * Tiling::kTilePoints + p];
        jumped = jumped || std::fabs(feature - std::exchange(previous[i], feature)) > kJump;
        // Coarser cells where the range has more of them than there are bits.
        const auto range = static_cast<std::uint64_t>(bounds[i].high - bounds[i].low);
        const auto width = static_cast<std::size_t>(std::bit_width(range));
        const auto cell = static_cast<std::uint64_t>(std::max(0.0, feature - bounds[i].low));
        code |= spread(cell >> (width > bits ? width - bits : 0), d, bits) << i;
      }
      if (jumped) ++jumps;
      places[given.start(tile) + p] = {code, static_cast<std::uint32_t>(given.start(tile) + p)};
    }
  }
  if (jumps * kJumpsAllowed <= points) return {};
  std::sort(places.begin(), places.end());
  std::vector<std::uint32_t> order(points);
  std::transform(places.begin(), places.end(), order.begin(), [](const auto& place) { return place.second; });
  return order;
}

}  // namespace densecrf
