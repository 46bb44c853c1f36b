#include <cstring>

#include "kernels/embed_oracle.h"
#include "kernels/kernel_case.h"
#include "lattice/key.h"

namespace densecrf::oracle {
namespace {

/// Features [dimensions, stride] of one magnitude: random ones, small integers, which make ties of
/// coordinates, and zeros.
struct EmbedCase {
  EmbedPlan plan{};
  std::size_t count, stride;
  std::vector<float> features;

  EmbedCase(Random& random, std::size_t dimensions, std::size_t points, double magnitude)
      : count(points),
        stride((points + 15) / 16 * 16),
        features(random.reals(dimensions * stride, -magnitude, magnitude)) {
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (i % stride % 3 == 1) features[i] = std::nearbyint(features[i]);
      if (i % stride % 16 == 5) features[i] = 0;
    }
    plan = make_embed_plan(std::vector<Interval>(dimensions, Interval{-magnitude, magnitude}))
               .value_or(EmbedPlan{});
    CHECK_EQ(plan.dimensions, dimensions);
  }
  [[nodiscard]] std::vector<float> feature(std::size_t point) const {
    std::vector<float> out(plan.dimensions);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = features[i * stride + point];
    return out;
  }
};

struct Embedded {
  std::vector<std::uint64_t> base;
  std::vector<std::uint32_t> order;
  std::vector<float> weights;

  Embedded(const Kernels& use, const EmbedCase& of)
      : base(kKeyWords * of.stride),
        order(kOrderWords * of.stride),
        weights((of.plan.dimensions + 1) * of.stride) {
    use.lattice_embed(of.plan, of.features.data(), of.count,
                      {base.data(), order.data(), weights.data(), of.stride});
  }
};

/// Points whose simplex or weights differ, in any bit, from the oracle's.
std::size_t wrong_points(const EmbedCase& of, const Embedded& got) {
  std::size_t wrong = 0;
  for (std::size_t p = 0; p < of.count; ++p) {
    const EmbeddedPoint expected(of.plan, of.feature(p));
    bool same = true;
    for (std::size_t w = 0; w < of.plan.words; ++w)
      same = same && got.base[w * of.stride + p] == expected.base[w];
    for (std::size_t k = 0; k < of.plan.dimensions; ++k) {
      same = same && (got.order[k / 6 * of.stride + p] >> (5 * (k % 6)) & 31) == expected.order[k];
    }
    for (std::size_t k = 0; k <= of.plan.dimensions; ++k) {
      same = same && got.weights[k * of.stride + p] == expected.weights[k];
    }
    wrong += same ? 0 : 1;
  }
  return wrong;
}

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

}  // namespace

TEST("lattice_embed finds the simplex and the weights of the definition, to the bit") {
  Random random(46);
  for (std::size_t dimensions = 1; dimensions <= kMaxDimensions; ++dimensions) {
    for (const std::size_t count : kCounts) {
      for (const double magnitude : {0.5, 8.0, 1000.0}) {
        const EmbedCase of(random, dimensions, count, magnitude);
        on_every_isa([&](const Kernels& use, const std::string&) {
          CHECK_EQ(wrong_points(of, Embedded(use, of)), 0);
        });
      }
    }
  }
}

TEST("lattice_embed gives the same bits on every instruction set") {
  Random random(47);
  for (std::size_t dimensions = 1; dimensions <= kMaxDimensions; ++dimensions) {
    const EmbedCase of(random, dimensions, 1008, 30);
    const Embedded first(kernels(available_isas()[0]), of);
    on_every_isa([&](const Kernels& use, const std::string&) {
      const Embedded out(use, of);
      CHECK(same_bits(out.base, first.base));
      CHECK(same_bits(out.order, first.order));
      CHECK(same_bits(out.weights, first.weights));
    });
  }
}

TEST("lattice_embed's weights are between 0 and 1 and add up to 1") {
  Random random(48);
  for (std::size_t dimensions = 1; dimensions <= kMaxDimensions; ++dimensions) {
    const EmbedCase of(random, dimensions, 1000, 20);
    on_every_isa([&](const Kernels& use, const std::string&) {
      const Embedded out(use, of);
      for (std::size_t p = 0; p < of.count; ++p) {
        double sum = 0;
        for (std::size_t k = 0; k <= dimensions; ++k) {
          const auto weight = static_cast<double>(out.weights[k * of.stride + p]);
          CHECK(weight > -1e-4 && weight < 1 + 1e-4);
          sum += weight;
        }
        CHECK_CLOSE(sum, 1, 1e-6);
      }
    });
  }
}

}  // namespace densecrf::oracle
