#include "kernels/kernel_case.h"

namespace densecrf::oracle {

TEST("lerp_columns agrees with double precision, for any number of channels, and keeps to its pixels") {
  Random random(81);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    for (std::size_t channels = 1; channels <= 150; channels += channels < 40 ? 1 : 11) {
      for (const std::size_t count : {0, 1, 2, 9}) {
        const std::size_t columns = random.integer(1, 7);
        const auto row = random.reals(columns * channels, -1, 1), weights = random.reals(count, 0, 1);
        std::vector<ResizeTap> taps;
        for (const float weight : weights)
          taps.push_back({random.integer(0, columns - 1), random.integer(0, columns - 1), weight});
        constexpr float kGap = -77;
        std::vector<float> out(count * channels + 1, kGap);
        use.lerp_columns(row.data(), taps.data(), count, channels, out.data());
        CHECK_EQ(out.back(), kGap);
        out.pop_back();
        std::vector<Expected> expected(out.size());
        for (std::size_t k = 0; k < out.size(); ++k) {
          const auto& [low, high, weight] = taps[k / channels];
          const float from = row[low * channels + k % channels], to = row[high * channels + k % channels];
          expected[k].add(static_cast<double>(from));
          expected[k].add_product(weight, to);
          expected[k].add_product(-weight, from);
        }
        check_near(isa + describe({channels, count}), out, expected);
      }
    }
  });
}

}  // namespace densecrf::oracle
