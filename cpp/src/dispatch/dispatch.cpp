// Which kernels this process uses: chosen once, from what the build carries, what the machine supports
// and what the environment asks for.
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>

#include "kernels/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace densecrf {

#define KERNEL(name, parameters) void name parameters noexcept;
#if defined(DENSECRF_HAVE_BASELINE)
namespace baseline {
#include "kernels/kernels.inc"
}
#endif
#if defined(DENSECRF_HAVE_AVX2)
namespace avx2 {
#include "kernels/kernels.inc"
}
#endif
#if defined(DENSECRF_HAVE_AVX512)
namespace avx512 {
#include "kernels/kernels.inc"
}
#endif
#if defined(DENSECRF_HAVE_NEON)
namespace neon {
#include "kernels/kernels.inc"
}
#endif
#undef KERNEL

namespace {

// The rows of kernels.inc, in order, qualified by `using namespace` where a table is made.
#define KERNEL(name, parameters) name,
#if defined(DENSECRF_HAVE_BASELINE)
constexpr Kernels baseline_kernels() {
  using namespace baseline;
  return {
#include "kernels/kernels.inc"
  };
}
#endif
#if defined(DENSECRF_HAVE_AVX2)
constexpr Kernels avx2_kernels() {
  using namespace avx2;
  return {
#include "kernels/kernels.inc"
  };
}
#endif
#if defined(DENSECRF_HAVE_AVX512)
constexpr Kernels avx512_kernels() {
  using namespace avx512;
  return {
#include "kernels/kernels.inc"
  };
}
#endif
#if defined(DENSECRF_HAVE_NEON)
constexpr Kernels neon_kernels() {
  using namespace neon;
  return {
#include "kernels/kernels.inc"
  };
}
#endif
#undef KERNEL

struct Cpu {
  bool avx2 = false;
  bool avx512 = false;
};

// CPUID by hand: __builtin_cpu_supports needs a run-time library that not every toolchain has.
Cpu detect() noexcept {
  Cpu cpu;
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c1 = 0, d = 0, b7 = 0, c = 0;
  if (__get_cpuid_max(0, nullptr) < 7) return cpu;
  __cpuid(1, a, b, c1, d);
  __cpuid_count(7, 0, a, b7, c, d);
  const auto bit = [](unsigned word, unsigned i) { return (word >> i & 1) != 0; };
  if (!bit(c1, 27)) return cpu;  // OSXSAVE
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  const bool ymm = (low & 0x06) == 0x06, zmm = (low & 0xe6) == 0xe6;
  // FMA, F16C; BMI1, AVX2, BMI2; AVX-512 F, DQ, BW, VL
  cpu.avx2 = ymm && bit(c1, 12) && bit(c1, 29) && bit(b7, 3) && bit(b7, 5) && bit(b7, 8);
  cpu.avx512 = cpu.avx2 && zmm && bit(b7, 16) && bit(b7, 17) && bit(b7, 30) && bit(b7, 31);
#endif
  return cpu;
}

struct Choice {
  Isa isa;
  Kernels kernels;
};

struct Choices {
  std::array<Choice, 4> list{};
  std::array<Isa, 4> isas{};
  std::size_t count = 0;

  void add(Isa isa, const Kernels& kernels) noexcept {
    isas[count] = isa;
    list[count++] = {isa, kernels};
  }
  Choices() noexcept {
    [[maybe_unused]] const Cpu cpu = detect();
#if defined(DENSECRF_HAVE_BASELINE)
    add(Isa::kBaseline, baseline_kernels());
#endif
#if defined(DENSECRF_HAVE_NEON)
    add(Isa::kNeon, neon_kernels());
#endif
#if defined(DENSECRF_HAVE_AVX2)
    if (cpu.avx2) add(Isa::kAvx2, avx2_kernels());
#endif
#if defined(DENSECRF_HAVE_AVX512)
    if (cpu.avx512) add(Isa::kAvx512, avx512_kernels());
#endif
  }
};

const Choices& choices() noexcept {
  static const Choices all;
  return all;
}

const Choice* find(Isa isa) noexcept {
  for (std::size_t i = 0; i < choices().count; ++i) {
    if (choices().list[i].isa == isa) return &choices().list[i];
  }
  return nullptr;
}

const Choice* first_choice() noexcept {
  if (const char* wanted = std::getenv("DENSECRF_ISA")) {
    for (std::size_t i = 0; i < choices().count; ++i) {
      if (std::strcmp(wanted, isa_name(choices().list[i].isa)) == 0) return &choices().list[i];
    }
  }
  return &choices().list[choices().count - 1];
}

std::atomic<const Choice*>& active() noexcept {
  static std::atomic<const Choice*> choice{first_choice()};
  return choice;
}

}  // namespace

const char* isa_name(Isa isa) noexcept {
  switch (isa) {
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kNeon:
      return "neon";
    case Isa::kBaseline:
      break;
  }
#if defined(__x86_64__)
  return "x86-64-v2";
#else
  return "generic";
#endif
}

std::span<const Isa> available_isas() noexcept { return {choices().isas.data(), choices().count}; }

Isa active_isa() noexcept { return active().load(std::memory_order_relaxed)->isa; }

bool use_isa(Isa isa) noexcept {
  const Choice* choice = find(isa);
  if (choice != nullptr) active().store(choice, std::memory_order_relaxed);
  return choice != nullptr;
}

const Kernels& kernels() noexcept { return active().load(std::memory_order_relaxed)->kernels; }
const Kernels& kernels(Isa isa) noexcept { return find(isa)->kernels; }

}  // namespace densecrf
