#include "kernels/kernels.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {

typedef std::uint64_t Words __attribute__((vector_size(kLanes * sizeof(std::uint64_t))));

// For |x| < 2^22: x rounded to the nearest integer, halves to even.
Vec round_half_even(Vec x) noexcept {
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23
  return (x + kRound) - kRound;
}

// Adams, Baek and Davis 2010, section 3: elevate onto the hyperplane, find the enclosing simplex through
// the nearest remainder-0 point and the ranks of the differences, and the barycentric coordinates in it.
// The order of operations decides, to the last bit, in which simplex a point falls. D = 0: any dimension.
template <std::size_t D>
void embed(const EmbedPlan& plan, const float* features, std::size_t count,
           const SimplexBlock& out) noexcept {
  const std::size_t d = D != 0 ? D : plan.dimensions;
  constexpr std::size_t kCorners = (D != 0 ? D : kMaxDimensions) + 1;
  const auto corners = static_cast<float>(d + 1);
  const float reciprocal = 1.0F / corners;
  const Int step = Int{} + static_cast<std::int32_t>(d + 1);

  for (std::size_t p = 0; p < count; p += kLanes) {
    Vec elevated[kCorners], remainder0[kCorners], offset[kCorners];
    Vec sum{};
    for (std::size_t j = d; j > 0; --j) {
      const Vec scaled = load<Vec>(features + (j - 1) * out.stride + p) * plan.scale[j - 1];
      elevated[j] = sum - static_cast<float>(j) * scaled;
      sum += scaled;
    }
    elevated[0] = sum;

    Vec total{};
    for (std::size_t i = 0; i <= d; ++i) {
      const Vec rounded = round_half_even(elevated[i] * reciprocal);
      remainder0[i] = rounded * corners;
      total += rounded;
      offset[i] = elevated[i] - remainder0[i];
    }

    Int rank[kCorners];
    for (std::size_t i = 0; i <= d; ++i) rank[i] = __builtin_convertvector(total, Int);
    for (std::size_t i = 0; i < d; ++i) {
      for (std::size_t j = i + 1; j <= d; ++j) {
        const Int less = offset[i] < offset[j];  // -1 or 0
        rank[i] -= less;
        rank[j] += less + 1;
      }
    }
    for (std::size_t i = 0; i <= d; ++i) {
      const Int add = (rank[i] < 0) & step, subtract = (rank[i] >= step) & step;
      rank[i] += add - subtract;
      remainder0[i] += __builtin_convertvector(add - subtract, Vec);
      offset[i] = (elevated[i] - remainder0[i]) * reciprocal;
    }

    // Sorted by rank, greatest first, the offsets' differences are the barycentric coordinates.
    Vec sorted[kCorners];
    Int order[kOrderWords]{};
    for (std::size_t k = 0; k <= d; ++k) {
      Int chosen{}, coordinate{};
      for (std::size_t i = 0; i <= d; ++i) {
        const Int here = rank[i] == static_cast<std::int32_t>(d - k);
        chosen |= here & bits<Int>(offset[i]);
        coordinate |= here & static_cast<std::int32_t>(i);
      }
      sorted[k] = bits<Vec>(chosen);
      if (k < d) order[k / 6] |= coordinate << static_cast<std::int32_t>(5 * (k % 6));
    }
    store(out.weights + p, sorted[0] + (1.0F - sorted[d]));
    for (std::size_t k = 1; k <= d; ++k) store(out.weights + k * out.stride + p, sorted[k] - sorted[k - 1]);
    for (std::size_t w = 0; w * 6 < d; ++w) store(out.order + w * out.stride + p, order[w]);

    for (std::size_t w = 0; w < plan.words; ++w) {
      Words packed = Words{} + plan.bias[w];
      for (std::size_t i = 0; i < d; ++i) {
        if (plan.word[i] != w) continue;
        const Int coordinate = __builtin_convertvector(remainder0[i], Int);
        packed += __builtin_convertvector(coordinate, Words) << static_cast<std::uint64_t>(plan.shift[i]);
      }
      store(out.base + w * out.stride + p, packed);
    }
  }
}

}  // namespace

void lattice_embed(const EmbedPlan& plan, const float* features, std::size_t count,
                   const SimplexBlock& out) noexcept {
  switch (plan.dimensions) {
    case 1:
      return embed<1>(plan, features, count, out);
    case 2:
      return embed<2>(plan, features, count, out);
    case 3:
      return embed<3>(plan, features, count, out);
    case 4:
      return embed<4>(plan, features, count, out);
    case 5:
      return embed<5>(plan, features, count, out);
    case 6:
      return embed<6>(plan, features, count, out);
    default:
      return embed<0>(plan, features, count, out);
  }
}

}  // namespace densecrf::DENSECRF_ISA
