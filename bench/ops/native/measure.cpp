#include "measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <thread>

#include "peaks.h"

namespace densecrf::bench {
namespace {

constexpr auto kPause = std::chrono::milliseconds(60);
constexpr double kTurn = 0.03;  // seconds
constexpr double kEnough = 2;   // seconds for one entry, if that makes two runs
constexpr double kSlow = 0.2;   // seconds; so long a run needs no other before it
constexpr std::size_t kMostRuns = 40;

double seconds_of(Step& step) {
  const auto start = Clock::now();
  step.run();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void take_turn(Step& step, std::vector<double>& samples) {
  if (samples.size() > 1 && std::accumulate(samples.begin(), samples.end(), 0.0) > kEnough) return;
  std::this_thread::sleep_for(kPause);
  if (samples.empty() || samples.back() < kSlow) step.run();
  double spent = 0;
  for (std::size_t i = 0; i == 0 || (spent < kTurn && i < kMostRuns); ++i) {
    samples.push_back(seconds_of(step));
    spent += samples.back();
  }
}

}  // namespace

std::vector<std::vector<double>> take_turns(const std::vector<EntryPtr>& entries, std::size_t rounds) {
  std::vector<std::vector<double>> samples(entries.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < entries.size(); ++i) take_turn(*entries[i]->step, samples[i]);
  }
  return samples;
}

double difference(const Floats& values, const Floats& reference) {
  double greatest = 0, squares = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double apart = std::abs(double{values[i]} - double{reference[i]});
    // Not std::max, which would let a NaN pass.
    if (!(apart <= greatest)) greatest = apart;
    squares += double{reference[i]} * double{reference[i]};
  }
  return greatest / std::sqrt(squares / static_cast<double>(reference.size()));
}

Peaks measure_peaks(unsigned threads) {
  constexpr double kFootprint = 0x1p28;
  std::vector<Peaks> each(threads);
  std::vector<std::thread> workers;
  for (Peaks& peaks : each) {
    workers.emplace_back([&peaks] { peaks = {multiply_add_peak(active_isa()), copy_bandwidth(kFootprint)}; });
  }
  for (std::thread& worker : workers) worker.join();
  return std::accumulate(each.begin(), each.end(), Peaks{0, 0}, [](const Peaks& a, const Peaks& b) {
    return Peaks{a.multiply_adds + b.multiply_adds, a.copying + b.copying};
  });
}

}  // namespace densecrf::bench
