#include <algorithm>
#include <vector>

#include "check.h"
#include "densecrf/cpu.h"
#include "kernels/kernels.h"

using namespace densecrf;

TEST("lerp_rows agrees with double precision, wherever rows begin, and may write over a row it reads") {
  constexpr float kOutside = 77;
  for (const Isa isa : available_isas()) {
    for (const std::size_t count : {0, 1, 3, 4, 5, 15, 16, 17, 31, 33, 1000}) {
      for (const std::size_t begin : {0, 1, 7, 8, 15}) {
        std::vector<float> a(begin + count), b(count), out(begin + count + 1, kOutside);
        for (std::size_t i = 0; i < count; ++i) {
          a[begin + i] = static_cast<float>(i % 7) - 3.25F;
          b[i] = static_cast<float>(i % 11) / 3;
        }
        const std::vector<float> from(a);
        kernels(isa).lerp_rows(a.data() + begin, b.data(), 0.3F, out.data() + begin, count);
        for (std::size_t i = 0; i < count; ++i) {
          const auto low = static_cast<double>(from[begin + i]), high = static_cast<double>(b[i]);
          CHECK_CLOSE(out[begin + i], low + static_cast<double>(0.3F) * (high - low), 2e-6);
        }
        for (std::size_t i = 0; i < begin; ++i) CHECK_EQ(out[i], kOutside);
        CHECK_EQ(out[begin + count], kOutside);

        kernels(isa).lerp_rows(a.data() + begin, b.data(), 0.3F, a.data() + begin, count);
        for (std::size_t i = 0; i < count; ++i) CHECK_EQ(a[begin + i], out[begin + i]);
        b.resize(begin + count);
        std::vector<float> shifted(b);
        std::copy_n(b.begin(), count, shifted.begin() + static_cast<std::ptrdiff_t>(begin));
        kernels(isa).lerp_rows(from.data() + begin, shifted.data() + begin, 0.3F, shifted.data() + begin,
                               count);
        for (std::size_t i = 0; i < count; ++i) CHECK_EQ(shifted[begin + i], out[begin + i]);
      }
    }
  }
}
