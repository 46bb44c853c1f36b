#include "lattice/tiling.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "check.h"

namespace densecrf {
namespace {

using Extents = std::vector<std::size_t>;

constexpr std::size_t kMaxPoints[] = {1, 2, 3, 7, 64, 1000, 1024};
const std::vector<Extents> kGrids{
    {1},       {2},          {1025},      {5003},       {1, 1},         {1, 997},
    {997, 1},  {31, 33},     {37, 41},    {64, 32},     {375, 500},     {1, 1, 1},
    {7, 1, 5}, {13, 17, 19}, {1, 64, 64}, {3, 5, 7, 2}, {1, 1, 1, 101}, {11, 1, 13, 3}};

std::size_t product(const Extents& extents) {
  return std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>());
}

/// Marks the points of a tile and checks that its runs fill its places without gaps.
void visit(const Tiling& tiling, std::size_t tile, std::vector<int>& visits) {
  std::size_t next = tiling.start(tile);
  tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
    CHECK_EQ(place, next);
    CHECK(count > 0 && first + count <= visits.size());
    for (std::size_t i = first; i < first + count && i < visits.size(); ++i) ++visits[i];
    next = place + count;
  });
  CHECK_EQ(next, tiling.start(tile) + tiling.size(tile));
}

}  // namespace

TEST("tiles hold every point once and never more points than they may") {
  for (const Extents& extents : kGrids) {
    for (const std::size_t most : kMaxPoints) {
      const Tiling tiling(extents, most);
      std::vector<int> visits(product(extents));
      CHECK_EQ(tiling.points(), visits.size());
      CHECK_EQ(tiling.max_points(), most);
      for (std::size_t tile = 0; tile < tiling.tiles(); ++tile) {
        CHECK(tiling.size(tile) > 0 && tiling.size(tile) <= most);
        visit(tiling, tile, visits);
      }
      CHECK(visits == std::vector<int>(visits.size(), 1));
    }
  }
}

TEST("a run stays on the fastest axis") {
  for (const Extents& extents : kGrids) {
    const Tiling tiling(extents, 64);
    for (std::size_t tile = 0; tile < tiling.tiles(); ++tile) {
      tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t) {
        CHECK(first % extents.back() + count <= extents.back());
      });
    }
  }
}

TEST("a picture is cut into squares, a volume into cubes, as far as they reach") {
  CHECK_EQ(Tiling(Extents{375, 500}, 1024).tiles(), 12 * 16);
  CHECK_EQ(Tiling(Extents{64, 64, 64}, 512).tiles(), 8 * 8 * 8);
  CHECK_EQ(Tiling(Extents{2, 5000}, 1024).tiles(), 10);
}

TEST("a point cloud is cut into pieces of the order given") {
  std::vector<std::uint32_t> order(2003);
  std::iota(order.begin(), order.end(), 0U);
  std::reverse(order.begin() + 500, order.begin() + 900);                // runs of one point ...
  std::rotate(order.begin() + 1000, order.begin() + 1111, order.end());  // ... and of many
  for (const std::size_t most : kMaxPoints) {
    const Tiling tiling(order, most);
    std::vector<int> visits(order.size());
    std::vector<std::uint32_t> visited;
    for (std::size_t tile = 0; tile < tiling.tiles(); ++tile) {
      CHECK_EQ(tiling.size(tile), std::min(most, order.size() - tile * most));
      visit(tiling, tile, visits);
      tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t) {
        for (std::size_t i = 0; i < count; ++i) visited.push_back(static_cast<std::uint32_t>(first + i));
      });
    }
    CHECK(visited == order);
    CHECK(visits == std::vector<int>(visits.size(), 1));
  }
}

TEST("a tiling of nothing has no tiles") {
  CHECK_EQ(Tiling().points(), 0);
  CHECK_EQ(Tiling().tiles(), 0);
}

}  // namespace densecrf
