#include "peaks.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

namespace densecrf::bench {
namespace {

constexpr double kBudget = 0.1;  // seconds
constexpr std::size_t kRounds = 20000;

void nothing() {}

// As many chains as hide the latency of a multiply-add; with the two factors they fill 16 registers.
constexpr std::size_t kChains = 14;

#if defined(__x86_64__)
#define DENSECRF_IN_REGISTER "+x"
#else
#define DENSECRF_IN_REGISTER "+w"
#endif

// The empty statements keep the compiler from knowing that all chains are equal, and from dropping them.
template <std::size_t Lanes>
[[gnu::always_inline]] inline void multiply_add() {
  typedef float Vec __attribute__((vector_size(Lanes * sizeof(float))));
  Vec x[kChains]{};
  for (Vec& v : x) asm volatile("" : DENSECRF_IN_REGISTER(v));
  const Vec a = Vec{} + 0.5F, b = Vec{} + 1.0F;
  for (std::size_t round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kChains; ++i) x[i] = x[i] * a + b;
  }
  for (Vec& v : x) asm volatile("" : DENSECRF_IN_REGISTER(v));
}

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiply_add_avx2() { multiply_add<8>(); }
[[gnu::target("avx512f,fma,prefer-vector-width=512")]] void multiply_add_avx512() { multiply_add<16>(); }
#endif

}  // namespace

double clock_rate() {
  constexpr int kUnroll = 16;
  const double seconds = fastest(kBudget, nothing, [] {
    std::size_t x = 0, step = 1;
    for (std::size_t i = 0; i < kRounds; ++i) {
      for (int k = 0; k < kUnroll; ++k) {
        x += step;
        asm volatile("" : "+r"(x));
      }
    }
  });
  return kRounds * kUnroll / seconds;
}

double copy_bandwidth(double footprint) {
  constexpr std::size_t kLeast = 4096, kTotal = std::size_t{4} << 20;
  const std::vector<char> from(std::max(static_cast<std::size_t>(footprint / 2), kLeast), 1);
  std::vector<char> to(from.size());
  const std::size_t times = kTotal / to.size() + 1;  // far above the clock's resolution
  const double seconds = fastest(kBudget / 4, nothing, [&] {
    for (std::size_t i = 0; i < times; ++i) {
      std::memcpy(to.data(), from.data(), to.size());
      asm volatile("" : : "r"(to.data()) : "memory");
    }
  });
  return 2 * static_cast<double>(times * to.size()) / seconds;
}

double multiply_add_peak(Isa isa) {
  const auto rate = [](std::size_t lanes, void (*run)()) {
    return static_cast<double>(2 * kChains * lanes * kRounds) / fastest(kBudget, nothing, run);
  };
#if defined(__x86_64__)
  if (isa == Isa::kAvx2) return rate(8, multiply_add_avx2);
  if (isa == Isa::kAvx512) return rate(16, multiply_add_avx512);
#endif
  (void)isa;
  return rate(4, multiply_add<4>);
}

}  // namespace densecrf::bench
