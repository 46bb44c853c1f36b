#include "lattice/point_order.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "check.h"
#include "crf/random_case.h"

namespace densecrf::oracle {
namespace {

constexpr std::size_t kPoints = 3000, kDimensions = 3;

/// A walk with short steps, [points, dimensions]: neighbours in memory are neighbours in space.
std::vector<float> walk(Random& random) {
  std::vector<float> out = random.reals(kPoints * kDimensions, -0.4, 0.4);
  for (std::size_t i = kDimensions; i < out.size(); ++i) out[i] += out[i - kDimensions];
  return out;
}

std::vector<float> in_order(const std::vector<float>& features, const std::vector<std::uint32_t>& order) {
  std::vector<float> out;
  for (const std::uint32_t point : order) {
    const auto at = features.begin() + static_cast<std::ptrdiff_t>(point * kDimensions);
    out.insert(out.end(), at, at + kDimensions);
  }
  return out;
}

/// Steps from a point to the next that are longer than 2 in some dimension.
std::size_t jumps(const std::vector<float>& features) {
  std::size_t out = 0;
  for (std::size_t p = 1; p < kPoints; ++p) {
    bool jumped = false;
    for (std::size_t c = 0; c < kDimensions; ++c) {
      jumped = jumped || std::abs(features[p * kDimensions + c] - features[(p - 1) * kDimensions + c]) > 2;
    }
    out += jumped ? 1 : 0;
  }
  return out;
}

std::vector<std::uint32_t> order_of(const std::vector<float>& features) {
  const std::vector<std::size_t> extents{kPoints};
  OwnedTerm term;
  term.float_channels = features;
  term.channel_sigmas.assign(kDimensions, 1);
  return point_order(Features(term.view(), extents, kPoints), kPoints);
}

}  // namespace

TEST("points that follow each other in space are left in their order") {
  Random random(54);
  CHECK(order_of(walk(random)).empty());
}

TEST("points in any order are put where their neighbours are, each once") {
  Random random(55);
  const std::vector<float> ordered = walk(random);
  std::vector<std::uint32_t> shuffle(kPoints), all(kPoints);
  std::iota(all.begin(), all.end(), 0U);
  shuffle = all;
  for (std::size_t i = kPoints; i > 1; --i) std::swap(shuffle[i - 1], shuffle[random.integer(0, i - 1)]);
  const std::vector<float> features = in_order(ordered, shuffle);
  std::vector<std::uint32_t> order = order_of(features);
  CHECK_EQ(order.size(), kPoints);
  CHECK(jumps(in_order(features, order)) * 4 < jumps(features));
  std::sort(order.begin(), order.end());
  CHECK(order == all);
}

}  // namespace densecrf::oracle
