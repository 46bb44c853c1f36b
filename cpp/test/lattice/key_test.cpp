#include "lattice/key.h"

#include <cmath>

#include "check.h"
#include "crf/random_case.h"
#include "kernels/embed_oracle.h"
#include "lattice/tile_vertices.h"

namespace densecrf::oracle {
namespace {

/// Coordinate i of a key: its field, up to the next one, against the bias's.
std::int64_t coordinate(const EmbedPlan& plan, const Key<kKeyWords>& key, std::size_t i) {
  const bool last = i + 1 == plan.dimensions || plan.word[i + 1] != plan.word[i];
  const unsigned width = (last ? 64U : plan.shift[i + 1]) - plan.shift[i];
  const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  const auto field = [&](std::uint64_t word) {
    return static_cast<std::int64_t>(word >> plan.shift[i] & mask);
  };
  return field(key.words[plan.word[i]]) - field(plan.bias[plan.word[i]]);
}

EmbedPlan plan_for(std::size_t dimensions, double magnitude) {
  const auto plan = make_embed_plan(std::vector<Interval>(dimensions, Interval{-magnitude, magnitude}));
  CHECK(plan.has_value());
  return plan.value_or(EmbedPlan{});
}

/// A feature at the very ends of its range.
std::vector<float> corner(Random& random, std::size_t dimensions, double magnitude) {
  std::vector<float> out(dimensions);
  for (float& x : out) x = static_cast<float>(random.integer(0, 1) == 0 ? magnitude : -magnitude);
  return out;
}

/// What a tile's points have become: [points, dimensions + 1] slots and weights.
struct Tile {
  std::vector<std::uint16_t> slots;
  std::vector<float> weights, ones;

  template <std::size_t Words>
  static Tile embedded(const EmbedPlan& plan, const std::vector<float>& features, std::size_t count) {
    const std::size_t rows = plan.dimensions + 1;
    std::vector<std::uint64_t> base(kKeyWords * count);
    std::vector<std::uint32_t> order(kOrderWords * count);
    std::vector<float> weights(rows * count);
    const SimplexBlock block{base.data(), order.data(), weights.data(), count};
    kernels().lattice_embed(plan, features.data(), count, block);
    Tile out{std::vector<std::uint16_t>(rows * count), std::vector<float>(rows * count), {}};
    TouchedVertices<Words> touched;
    TileVertices<Words>(plan, count)
        .add(block, count, 0, out.slots.data(), out.weights.data(), rows, touched);
    out.ones = touched.ones;
    return out;
  }
};

}  // namespace

TEST("every coordinate of every vertex and of its neighbours has room in its field") {
  Random random(52);
  for (std::size_t d = 1; d <= kMaxDimensions; ++d) {
    for (const double magnitude : {0.0, 1.0, 100.0}) {
      const EmbedPlan plan = plan_for(d, magnitude);
      std::size_t wrong = 0;
      for (int i = 0; i < 50; ++i) {
        const EmbeddedPoint point(plan, corner(random, d, magnitude));
        Key<kKeyWords> key{point.base};
        std::vector<std::int64_t> expected(d);
        for (std::size_t c = 0; c < d; ++c) expected[c] = coordinate(plan, key, c);
        for (std::size_t step = 0; step < d; ++step) {  // to the last vertex, then a neighbour of it
          const std::size_t axis = point.order[step];
          key = key + axis_step<kKeyWords>(plan, axis);
          for (std::size_t c = 0; c < d; ++c) expected[c] += c == axis ? -static_cast<std::int64_t>(d) : 1;
          const std::size_t beyond = random.integer(0, d);
          const auto neighbour = key + axis_step<kKeyWords>(plan, beyond);
          for (std::size_t c = 0; c < d; ++c) {
            const std::int64_t there = c == beyond ? -static_cast<std::int64_t>(d) : 1;
            wrong += coordinate(plan, key, c) != expected[c];
            wrong += coordinate(plan, neighbour, c) != expected[c] + there;
          }
        }
      }
      CHECK_EQ(wrong, 0);
    }
  }
}

TEST("one step along every axis leads back") {
  for (std::size_t d = 1; d <= kMaxDimensions; ++d) {
    const EmbedPlan plan = plan_for(d, 50);
    Key<kKeyWords> key{};
    for (std::size_t axis = 0; axis <= d; ++axis) key = key + axis_step<kKeyWords>(plan, axis);
    CHECK(key == Key<kKeyWords>{});
  }
}

TEST("the usual pictures fit into one word") {
  for (const auto& [xy, rgb] : {std::pair{80.0, 13.0}, {160.0, 3.0}, {49.0, 5.0}, {65.0, 3.0}}) {
    const Interval x{0, 500 / xy}, y{0, 375 / xy}, channel{0, 255 / rgb};
    const auto bilateral = make_embed_plan(std::vector{x, y, channel, channel, channel});
    CHECK(bilateral.has_value() && bilateral->words == 1);
  }
  const auto gaussian = make_embed_plan(std::vector{Interval{0, 4000}, Interval{0, 4000}});
  CHECK(gaussian.has_value() && gaussian->words == 1);
}

TEST("a range in which coordinates would lose precision is refused") {
  CHECK(!make_embed_plan(std::vector{Interval{0, 1e6}}).has_value());
  CHECK(!make_embed_plan(std::vector(5, Interval{-1e5, 1e5})).has_value());
  CHECK(!make_embed_plan(std::vector{Interval{0, std::nan("")}}).has_value());
}

TEST("keys of six words give the tile that keys of one word give") {
  Random random(53);
  constexpr std::size_t kPoints = 256;
  for (std::size_t d = 1; d <= 6; ++d) {
    const auto features = random.reals(d * kPoints, -3, 3);
    const EmbedPlan narrow = plan_for(d, 3), wide = plan_for(d, 2000);
    CHECK_EQ(narrow.words, 1);
    CHECK(d < 5 || wide.words > 1);
    const Tile expected = Tile::embedded<1>(narrow, features, kPoints);
    const Tile got = Tile::embedded<kKeyWords>(wide, features, kPoints);
    CHECK(got.slots == expected.slots);
    CHECK(got.weights == expected.weights);
    CHECK(got.ones == expected.ones);
  }
}

}  // namespace densecrf::oracle
