#include "lattice/axis_groups.h"

#include <algorithm>

#include "check.h"
#include "crf/random_case.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

constexpr std::size_t kNone = ~std::size_t{0};

/// Vertices of a grid, those kept by chance numbered at random, and their chains on every axis.
struct RandomLattice {
  RandomLattice(oracle::Random& random, const std::vector<std::size_t>& extents, double kept) {
    std::size_t cells = 1;
    for (const std::size_t extent : extents) cells *= extent;
    std::vector<std::size_t> vertex_at(cells, kNone), places;
    for (std::size_t at = 0; at < cells; ++at) {
      if (random.real(0, 1) < kept) places.push_back(at);
    }
    for (std::size_t i = places.size(); i > 1; --i)
      std::swap(places[i - 1], places[random.integer(0, i - 1)]);
    for (std::size_t v = 0; v < places.size(); ++v) vertex_at[places[v]] = v;
    vertices = places.size();
    std::size_t stride = 1;
    for (const std::size_t extent : extents) {
      add_axis(vertex_at, stride, extent);
      stride *= extent;
    }
  }

  void add_axis(const std::vector<std::size_t>& vertex_at, std::size_t stride, std::size_t extent) {
    Chains& chains = axes.emplace_back();
    for (std::size_t at = 0; at < vertex_at.size(); ++at) {
      if (at / stride % extent != 0) continue;
      for (std::size_t k = 0; k < extent; ++k) {
        const std::size_t here = vertex_at[at + k * stride];
        if (here == kNone) continue;
        const bool follows = k > 0 && vertex_at[at + (k - 1) * stride] != kNone;
        const bool goes_on = k + 1 < extent && vertex_at[at + (k + 1) * stride] != kNone;
        if (!follows && !goes_on) continue;
        chains.push_back(static_cast<std::uint32_t>(here) | (goes_on ? 0 : kChainEnd));
      }
    }
  }

  std::size_t vertices = 0;
  std::vector<Chains> axes;
};

/// Blurs in the given order of the blocks, as groups of axes do.
std::vector<float> blurred_in_groups(const RandomLattice& lattice, std::vector<float> values,
                                     oracle::Random& random, std::size_t& groups) {
  std::vector<AxisGroup> made;
  AxisGrouper grouper(lattice.vertices, made);
  for (const Chains& chains : lattice.axes) grouper.add(chains);
  grouper.finish();
  groups = made.size();
  std::size_t axes = 0;
  for (const AxisGroup& group : made) {
    axes += group.axes;
    std::vector<std::size_t> order(group.blocks());
    for (std::size_t b = 0; b < order.size(); ++b) order[b] = b;
    for (std::size_t b = order.size(); b > 1; --b) std::swap(order[b - 1], order[random.integer(0, b - 1)]);
    for (const std::size_t block : order) {
      for (std::size_t at = block * group.axes; at < (block + 1) * group.axes; ++at) {
        kernels().blur_chains(group.chains.data() + group.starts[at], group.starts[at + 1] - group.starts[at],
                              1, values.data());
      }
    }
  }
  CHECK_EQ(axes, lattice.axes.size());
  return values;
}

/// @return in how many groups the axes went
std::size_t check_groups(oracle::Random& random, const std::vector<std::size_t>& extents, double kept) {
  const RandomLattice lattice(random, extents, kept);
  const auto values = random.reals(lattice.vertices, -1, 1);
  auto expected = values;
  for (const Chains& chains : lattice.axes)
    kernels().blur_chains(chains.data(), chains.size(), 1, expected.data());
  std::size_t groups = 0;
  CHECK(blurred_in_groups(lattice, values, random, groups) == expected);
  return groups;
}

TEST("axes in groups blur as one axis after the other, in whatever order the blocks come") {
  oracle::Random random(1);
  for (int k = 0; k < 20; ++k) {
    std::vector<std::size_t> extents(random.integer(1, 6));
    for (std::size_t& extent : extents) extent = random.integer(1, 9);
    check_groups(random, extents, random.real(0.05, 1));
  }
}

TEST("sparse axes are put together, dense ones stay alone, and nothing is lost where there is nothing") {
  oracle::Random random(2);
  CHECK(check_groups(random, {14, 14, 14, 14}, 0.08) < 4);
  CHECK_EQ(check_groups(random, {60, 60, 60}, 1), 2);
  CHECK_EQ(check_groups(random, {90, 90}, 1), 2);
  CHECK_EQ(check_groups(random, {5, 5}, 0), 2);
}

}  // namespace
}  // namespace densecrf
