#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

/// Vertices with 0 to 4 slots each, in any order.
struct Slots {
  std::vector<std::uint32_t> offsets{0}, slots;

  Slots(Random& random, std::size_t vertices) {
    for (std::size_t v = 0; v < vertices; ++v) {
      offsets.push_back(offsets.back() + static_cast<std::uint32_t>(random.integer(0, 4)));
    }
    for (std::uint32_t slot = 0; slot < offsets.back(); ++slot) slots.push_back(slot);
    for (std::size_t i = slots.size(); i > 1; --i) std::swap(slots[i - 1], slots[random.integer(0, i - 1)]);
  }
};

}  // namespace

TEST("merge_rows adds up the slots of every vertex asked for, and of no other") {
  Random random(31);
  for (const std::size_t width : kWidths) {
    for (const std::size_t vertices : kCounts) {
      const Slots of(random, vertices);
      const auto sums = random.reals(of.slots.size() * width, -1, 1);
      const std::size_t first = vertices / 3, last = vertices - vertices / 5;
      std::vector<Expected> expected(vertices * width);
      for (std::size_t v = 0; v < vertices; ++v) {
        for (std::size_t l = 0; l < width; ++l) {
          Expected& value = expected[v * width + l];
          if (v < first || v >= last)
            value.add(7);
          else
            for (std::size_t s = of.offsets[v]; s < of.offsets[v + 1]; ++s) {
              value.add(static_cast<double>(sums[of.slots[s] * width + l]));
            }
        }
      }
      on_every_isa([&](const Kernels& use, const std::string& isa) {
        std::vector<float> values(vertices * width, 7.0F);
        use.merge_rows(sums.data(), of.offsets.data(), of.slots.data(), first, last, width, values.data());
        check_near(isa + describe({width, vertices}), values, expected);
      });
    }
  }
}

}  // namespace densecrf::oracle
