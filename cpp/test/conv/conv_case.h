#pragma once
// Runs of an operator on every instruction set and several numbers of threads, and the taps of a shape one by
// one.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "check.h"
#include "conv/oracle.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

namespace densecrf::oracle {

/// body(n, y, x) for every output pixel.
template <class Body>
void for_each_output(const ConvShape& s, Body body) {
  for (std::size_t n = 0; n < s.input.batch; ++n)
    for (std::size_t y = 0; y < s.out_height; ++y)
      for (std::size_t x = 0; x < s.out_width; ++x) body(n, y, x);
}

/// body(tap, v, u) for every tap of output pixel (y, x) that lies in the picture, there at (v, u).
template <class Body>
void for_each_tap(const ConvShape& s, std::size_t y, std::size_t x, Body body) {
  for (std::size_t i = 0; i < s.kernel_height; ++i) {
    for (std::size_t j = 0; j < s.kernel_width; ++j) {
      const std::size_t v = y * s.stride_y + i * s.dilation_y, u = x * s.stride_x + j * s.dilation_x;
      if (v < s.pad_top || u < s.pad_left) continue;
      if (v - s.pad_top >= s.input.height || u - s.pad_left >= s.input.width) continue;
      body(i * s.kernel_width + j, v - s.pad_top, u - s.pad_left);
    }
  }
}

/// Each within `tolerance` of the root mean square of what was expected; names the first that is not.
inline void check_close(const std::string& which, const std::vector<float>& got,
                        const std::vector<double>& expected, double tolerance,
                        const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  double squares = 0, count = 0;
  for (const double x : expected) {
    if (std::isfinite(x)) squares += x * x, ++count;
  }
  const double bound = tolerance * std::sqrt(squares / std::max(count, 1.0));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double x = static_cast<double>(got[i]);
    if (x == expected[i] || std::abs(x - expected[i]) <= bound) continue;
    std::ostringstream what;
    what.precision(9);
    what << which << ": [" << i << "] is " << x << ", not " << expected[i] << " within " << bound;
    return check::fail(file, line, what.str());
  }
}

/// Runs on every instruction set with one thread, then `check`s; and with more threads, which must not change
/// a bit of `out`.
template <class T, class Run, class Check>
void on_every_machine(const std::string& which, std::vector<T>& out, Run run, Check check) {
  const Isa before = active_isa();
  const unsigned threads = concurrency();
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    set_concurrency(1);
    std::fill(out.begin(), out.end(), T{7});
    CHECK_EQ(run(), Status::kOk);
    check();
    const std::vector<T> alone = out;
    for (const unsigned more : {2U, 3U, 5U}) {
      set_concurrency(more);
      std::fill(out.begin(), out.end(), T{7});
      CHECK_EQ(run(), Status::kOk);
      if (out != alone) check::fail(__FILE__, __LINE__, which + ": threads change bits");
    }
  }
  use_isa(before);
  set_concurrency(threads);
}

}  // namespace densecrf::oracle
