#include <vector>

#include "check.h"
#include "densecrf/cpu.h"
#include "kernels/kernels.h"

using namespace densecrf;

TEST("lerp_rows agrees with double precision and may write over a row it reads") {
  for (const Isa isa : available_isas()) {
    for (const std::size_t count : {0, 1, 3, 4, 5, 15, 16, 17, 1000}) {
      std::vector<float> a(count), b(count), out(count);
      for (std::size_t i = 0; i < count; ++i) {
        a[i] = static_cast<float>(i % 7) - 3.25F;
        b[i] = static_cast<float>(i % 11) / 3;
      }
      kernels(isa).lerp_rows(a.data(), b.data(), 0.3F, out.data(), count);
      for (std::size_t i = 0; i < count; ++i) {
        const auto from = static_cast<double>(a[i]), to = static_cast<double>(b[i]);
        CHECK_CLOSE(out[i], from + static_cast<double>(0.3F) * (to - from), 2e-6);
      }
      kernels(isa).lerp_rows(a.data(), b.data(), 0.3F, a.data(), count);
      CHECK(a == out);
    }
  }
}
