#pragma once
// What the tests of kernels share: sums in double precision that know how far float32 may be from them,
// shapes with every kind of tail, and the table of a random tile.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/cpu.h"
#include "kernels/kernels.h"

namespace densecrf::oracle {

inline constexpr std::initializer_list<std::size_t> kWidths{1, 8, 16, 24, 32, 40, 64};
inline constexpr std::initializer_list<std::size_t> kRows{3, 6, 7, 9, 12};
inline constexpr std::initializer_list<std::size_t> kCounts{0, 1, 15, 16, 17, 1000};
inline constexpr double kRounding = 1.0 / 16777216;  // of one float32 operation, relative

/// 1 to 40, 64 and 150.
inline std::vector<std::size_t> label_counts() {
  std::vector<std::size_t> out;
  for (std::size_t labels = 1; labels <= 40; ++labels) out.push_back(labels);
  out.insert(out.end(), {64, 150});
  return out;
}

inline std::size_t padded(std::size_t labels) { return (labels + kRowGroup - 1) / kRowGroup * kRowGroup; }

/// A sum of products. In float32, in any order, it comes within (terms + 1) roundings of the sum of
/// magnitudes (Higham 2002, section 3.1), beside the errors that its terms bring along.
struct Expected {
  double value = 0, magnitude = 0, error = 0;
  int terms = 0;

  void add(double term, double term_error = 0) {
    value += term;
    magnitude += std::abs(term);
    error += term_error;
    ++terms;
  }
  void add_product(float a, float b) { add(static_cast<double>(a) * static_cast<double>(b)); }
  [[nodiscard]] double bound() const { return error + (terms + 1) * kRounding * magnitude; }
};

/// Checks that every number is within its bound; names the first that is not.
inline void check_near(const std::string& which, std::span<const float> got,
                       std::span<const Expected> expected, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  const auto fail = [&](const std::string& what) { check::fail(file, line, which + ": " + what); };
  if (got.size() != expected.size()) return fail("lengths differ");
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (std::abs(static_cast<double>(got[i]) - expected[i].value) <= expected[i].bound())
      continue;  // NaN is not
    std::ostringstream what;
    what.precision(9);
    what << "[" << i << "] is " << got[i] << ", not " << expected[i].value << " within "
         << expected[i].bound();
    return fail(what.str());
  }
}

/// body(kernels, name) for every instruction set.
template <class Body>
void on_every_isa(Body body) {
  for (const Isa isa : available_isas()) body(kernels(isa), std::string(isa_name(isa)));
}

/// The size of a case, for messages.
inline std::string describe(std::initializer_list<std::size_t> sizes) {
  std::ostringstream out;
  for (const std::size_t size : sizes) out << ' ' << size;
  return out.str();
}

/// Points that hang on vertices chosen at random, so that neighbours share some.
struct RandomTable {
  std::vector<std::uint16_t> slots;
  std::vector<float> slice, splat;
  std::size_t rows, points, slot_count;

  RandomTable(Random& random, std::size_t row_count, std::size_t point_count)
      : slots(row_count * point_count),
        slice(random.reals(slots.size(), 0, 1)),
        splat(random.reals(slots.size(), 0, 1)),
        rows(row_count),
        points(point_count),
        slot_count(row_count + point_count / 4) {
    for (auto& slot : slots) slot = static_cast<std::uint16_t>(random.integer(0, slot_count - 1));
  }
  [[nodiscard]] TileTable view() const { return {slots.data(), slice.data(), splat.data(), rows, points}; }
};

}  // namespace densecrf::oracle
