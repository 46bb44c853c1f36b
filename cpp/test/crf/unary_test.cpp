#include "densecrf/unary.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "check.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

using namespace densecrf;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

double oracle(float p, std::size_t labels, double scale, double clip) {
  const double believed = scale * static_cast<double>(p) + (1 - scale) / static_cast<double>(labels);
  return -std::log(std::clamp(believed, clip, 1.0));
}

/// Probabilities of every magnitude, many of them close to 1, where the logarithm vanishes.
std::vector<float> probabilities(std::size_t count) {
  std::vector<float> p(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double t = static_cast<double>(i % 1000) / 1000;
    const double small = std::pow(10.0, -8 * t);
    p[i] = static_cast<float>(i % 2 == 0 ? small : 1 - small);
  }
  return p;
}

}  // namespace

TEST("unary_from_softmax agrees with double precision on every instruction set and length") {
  const Isa before = active_isa();
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    for (const std::size_t count : {0, 1, 3, 4, 5, 15, 16, 17, 1000, 100000}) {
      const std::vector<float> p = probabilities(count);
      std::vector<float> energy(count);
      unary_from_softmax(p, 4, 1.0F, 1e-5F, energy);
      for (std::size_t i = 0; i < count; ++i) {
        const double expected = oracle(p[i], 4, 1, 1e-5F);
        CHECK_CLOSE(energy[i], expected, 1e-6 * expected);
      }
    }
  }
  use_isa(before);
}

TEST("unary_from_softmax mixes with the uniform distribution and clips") {
  const std::vector<float> p = probabilities(1001);
  std::vector<float> energy(p.size());
  unary_from_softmax(p, 4, 0.8F, 0.1F, energy);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK_CLOSE(energy[i], oracle(p[i], 4, static_cast<double>(0.8F), static_cast<double>(0.1F)), 1e-6);
  }
}

TEST("certainty has energy 0, not -0") {
  const std::vector<float> p(100, 1.0F);
  std::vector<float> energy(p.size(), -1);
  unary_from_softmax(p, 3, 1.0F, 1e-5F, energy);
  CHECK(std::ranges::all_of(energy, [](float e) { return e == 0 && !std::signbit(e); }));
}

TEST("unary_from_softmax gives the same bits on any number of threads") {
  const std::vector<float> p = probabilities(100003);
  std::vector<float> one(p.size()), three(p.size());
  const unsigned before = concurrency();
  set_concurrency(1);
  unary_from_softmax(p, 2, 1.0F, 1e-5F, one);
  set_concurrency(3);
  unary_from_softmax(p, 2, 1.0F, 1e-5F, three);
  set_concurrency(before);
  CHECK(one == three);
}

TEST("first_outside finds what lies beyond its limits, which lie within") {
  for (const std::size_t count : {0, 1, 7, 40000, 100000}) {
    std::vector<float> values(count, 1);
    for (std::size_t i = 0; i < count; i += 2) values[i] = -0.5F;
    CHECK_EQ(first_outside(values, -0.5F, 1), count);
    for (const float bad : {kInfinity, -kInfinity, kNan, -0.51F, 1.01F}) {
      for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
        if (at >= count) continue;
        const float last = values[count - 1], good = values[at];
        values[count - 1] = kNan;
        values[at] = bad;
        CHECK_EQ(first_outside(values, -0.5F, 1), at);
        values[at] = good;
        values[count - 1] = last;
      }
    }
  }
}

TEST("first_not_finite finds NaN and infinities wherever they are") {
  for (const std::size_t count : {0, 1, 7, 40000, 100000}) {
    std::vector<float> values(count, std::numeric_limits<float>::max());
    CHECK_EQ(first_not_finite(values), count);
    for (const float bad : {kInfinity, -kInfinity, kNan}) {
      for (const std::size_t at : {std::size_t{0}, count / 2, count - 1}) {
        if (at >= count) continue;
        values[count - 1] = kNan;
        values[at] = bad;
        CHECK_EQ(first_not_finite(values), at);
        values[at] = values[count - 1] = 0;
      }
    }
  }
}
