#pragma once
#include <vector>

#include "problem.h"

namespace densecrf::bench {

/// Lets the entries take turns: in each round every one pauses (the others' workers spin on for a while),
/// runs once untimed and then for a while. @returns seconds of every run, for each entry
std::vector<std::vector<double>> take_turns(const std::vector<EntryPtr>& entries, std::size_t rounds);

/// The greatest difference of two arrays, in units of the second's root mean square.
double difference(const Floats& values, const Floats& reference);

struct Peaks {
  double multiply_adds;  ///< operations a second
  double copying;        ///< bytes a second, far beyond the caches
};

/// Of so many threads at once.
Peaks measure_peaks(unsigned threads);

}  // namespace densecrf::bench
