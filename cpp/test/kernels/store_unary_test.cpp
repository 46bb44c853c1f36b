#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("store_unary takes the least energy of a point out of it, to the bit") {
  Random random(38);
  for (const std::size_t labels : label_counts()) {
    for (const std::size_t count : kCounts) {
      auto energy = random.reals(count * labels, -100, 100);
      if (count > 0) energy[count * labels / 2] = -3e38F;
      std::vector<float> least(count), logits(energy.size());
      for (std::size_t i = 0; i < count; ++i) {
        const auto row = energy.begin() + static_cast<std::ptrdiff_t>(i * labels);
        least[i] = *std::min_element(row, row + static_cast<std::ptrdiff_t>(labels));
        for (std::size_t l = 0; l < labels; ++l) logits[i * labels + l] = least[i] - energy[i * labels + l];
      }
      on_every_isa([&](const Kernels& use, const std::string&) {
        std::vector<float> low(count), out(energy.size());
        use.store_unary(energy.data(), labels, count, out.data(), low.data());
        CHECK_EQ(low, least);
        CHECK_EQ(out, logits);
      });
    }
  }
}

}  // namespace densecrf::oracle
