#pragma once
// What this machine can do at best, on one thread: the yardsticks of the kernels' bench.
#include <chrono>

#include "densecrf/cpu.h"

namespace densecrf::bench {

using Clock = std::chrono::steady_clock;

/// Seconds of the fastest of several runs, about `budget` seconds in all. `prepare` is not timed.
template <class Prepare, class Run>
double fastest(double budget, Prepare prepare, Run run) {
  const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
  double best = 1e9;
  const auto start = Clock::now();
  for (int i = 0; i < 3 || seconds(start, Clock::now()) < budget; ++i) {
    prepare();
    const auto from = Clock::now();
    run();
    const double took = seconds(from, Clock::now());
    best = took < best ? took : best;
  }
  return best;
}

/// Cycles per second, from a chain of additions, which take one each.
[[nodiscard]] double clock_rate();

/// Bytes per second, read and written, of copying to and fro within `footprint` bytes.
[[nodiscard]] double copy_bandwidth(double footprint);

/// Additions and multiplications per second of independent multiply-adds in registers.
[[nodiscard]] double multiply_add_peak(Isa isa);

}  // namespace densecrf::bench
