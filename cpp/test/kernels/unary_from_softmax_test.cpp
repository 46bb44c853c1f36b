#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

/// Probabilities of every magnitude, 0 and 1 among them.
std::vector<float> random_probabilities(Random& random, std::size_t count) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double small = std::pow(10.0, random.real(-12, 0));
    out[i] = static_cast<float>(i % 2 == 0 ? small : 1 - small);
  }
  if (count > 1) out[0] = 0;
  if (count > 2) out[1] = 1;
  return out;
}

}  // namespace

TEST("unary_from_softmax takes the logarithm within 1e-6 of what float32 makes of the probability") {
  Random random(40);
  for (const std::size_t count : kCounts) {
    const auto p = random_probabilities(random, count);
    for (const auto& numbers : {std::array{1.0F, 0.0F, 1e-5F}, std::array{0.7F, 0.1F, 0.2F}}) {
      const float scale = numbers[0], offset = numbers[1], clip = numbers[2];
      std::vector<Expected> expected(count);
      for (std::size_t i = 0; i < count; ++i) {
        const double mixed =
            static_cast<double>(scale) * static_cast<double>(p[i]) + static_cast<double>(offset);
        const double energy = -std::log(std::clamp(mixed, static_cast<double>(clip), 1.0));
        // Two roundings before the logarithm, if the numbers are not 1 and 0; 2e-7 relative in it.
        expected[i].add(energy, (offset == 0 ? 0 : 2 * kRounding) + 2e-7 * energy);
      }
      on_every_isa([&](const Kernels& use, const std::string& isa) {
        std::vector<float> energy(count);
        use.unary_from_softmax(p.data(), scale, offset, clip, energy.data(), count);
        check_near(isa + describe({count}), energy, expected);
      });
    }
  }
}

}  // namespace densecrf::oracle
