#pragma once
// The embedding of one point (Adams, Baek and Davis 2010, section 3) one number at a time, in the classic
// order of float32 operations.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/kernels.h"

namespace densecrf::oracle {

/// Rounded before it is used: volatile keeps the compiler from contracting it with a sum.
inline float times(float a, float b) {
  const volatile float product = a * b;
  return product;
}

struct EmbeddedPoint {
  std::vector<float> weights;                   ///< of the simplex's vertices, by remainder
  std::array<std::uint64_t, kKeyWords> base{};  ///< packed vertex of remainder 0
  std::vector<std::uint32_t> order;             ///< coordinates by falling rank, the last left out

  EmbeddedPoint(const EmbedPlan& plan, std::span<const float> feature) {
    const std::size_t d = plan.dimensions;
    const int size = static_cast<int>(d) + 1;
    const auto corners = static_cast<float>(size), reciprocal = 1 / corners;

    std::vector<float> elevated(d + 1), remainder0(d + 1), b(d + 2);
    float sum = 0;
    for (std::size_t j = d; j > 0; --j) {
      const float scaled = times(feature[j - 1], plan.scale[j - 1]);
      elevated[j] = sum - times(static_cast<float>(j), scaled);
      sum += scaled;
    }
    elevated[0] = sum;

    int total = 0;
    for (std::size_t i = 0; i <= d; ++i) {
      const float nearest = std::nearbyint(times(elevated[i], reciprocal));
      remainder0[i] = times(nearest, corners);
      total += static_cast<int>(nearest);
    }
    std::vector<int> rank(d + 1, total);
    for (std::size_t i = 0; i <= d; ++i) {
      for (std::size_t j = i + 1; j <= d; ++j) {
        const bool less = elevated[i] - remainder0[i] < elevated[j] - remainder0[j];
        ++rank[less ? i : j];
      }
    }
    order.resize(d + 1);
    for (std::size_t i = 0; i <= d; ++i) {
      const int turn = rank[i] < 0 ? size : rank[i] >= size ? -size : 0;
      rank[i] += turn;
      remainder0[i] += static_cast<float>(turn);
      const float share = times(elevated[i] - remainder0[i], reciprocal);
      const auto at = static_cast<std::size_t>(static_cast<int>(d) - rank[i]);
      b[at] += share;
      b[at + 1] -= share;
      order[at] = static_cast<std::uint32_t>(i);
    }
    for (std::size_t i = 0; i < d; ++i) {
      base[plan.word[i]] += static_cast<std::uint64_t>(static_cast<std::int64_t>(remainder0[i]))
                            << plan.shift[i];
    }
    b[0] += 1 + b[d + 1];
    b.pop_back();
    weights = std::move(b);
    order.pop_back();
    for (std::size_t w = 0; w < plan.words; ++w) base[w] += plan.bias[w];
  }
};

}  // namespace densecrf::oracle
