#pragma once
// Random convolutions, their taps one by one, and runs of an operator on every instruction set and several
// numbers of threads.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/conv.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

namespace densecrf::oracle {

inline std::size_t inputs(const ConvShape& s) {
  return s.input.batch * s.input.height * s.input.width * s.input.channels;
}
inline std::size_t outputs(const ConvShape& s) {
  return s.input.batch * s.out_height * s.out_width * s.out_channels;
}
inline std::size_t index(const ImageShape& s, std::size_t n, std::size_t y, std::size_t x, std::size_t c) {
  return ((n * s.height + y) * s.width + x) * s.channels + c;
}

inline std::string describe(const ConvShape& s) {
  std::ostringstream out;
  out << s.input.batch << "x" << s.input.height << "x" << s.input.width << "x" << s.input.channels << " -> "
      << s.out_height << "x" << s.out_width << "x" << s.out_channels << ", kernel " << s.kernel_height << "x"
      << s.kernel_width << " strides " << s.stride_y << " " << s.stride_x << " dilations " << s.dilation_y
      << " " << s.dilation_x << " pads " << s.pad_top << " " << s.pad_left;
  return out.str();
}

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

/// Sizes up to `size`, channels up to `channels`, everything odd, and at most about `most` numbers in and
/// out.
inline ConvShape random_shape(Random& random, std::size_t size, std::size_t channels, std::size_t most) {
  const auto pick = [&](std::size_t low, std::size_t high) { return random.integer(low, high); };
  // Small is as likely as large.
  const auto any = [&](std::size_t high) {
    return pick(1, pick(0, 1) != 0 ? high : std::min<std::size_t>(high, 9));
  };
  for (;;) {
    ConvShape s{.input = {pick(1, 2), any(size), any(size), any(channels)},
                .out_height = 0,
                .out_width = 0,
                .out_channels = any(channels),
                .kernel_height = pick(1, 4),
                .kernel_width = pick(1, 4),
                .stride_y = pick(1, 3),
                .stride_x = pick(1, 3),
                .dilation_y = any(40),
                .dilation_x = any(40)};
    const std::size_t tall = (s.kernel_height - 1) * s.dilation_y + 1,
                      wide = (s.kernel_width - 1) * s.dilation_x + 1;
    s.pad_top = pick(0, 2) == 0 ? 0 : pick(0, tall);
    s.pad_left = pick(0, 2) == 0 ? 0 : pick(0, wide);
    const std::size_t height = s.input.height + s.pad_top + pick(0, tall / 2 + 1);
    const std::size_t width = s.input.width + s.pad_left + pick(0, wide / 2 + 1);
    if (height < tall || width < wide) continue;
    s.out_height = (height - tall) / s.stride_y + 1;
    s.out_width = (width - wide) / s.stride_x + 1;
    if (inputs(s) <= most && outputs(s) <= most) return s;
  }
}

/// Each within `tolerance` of the root mean square of what was expected; names the first that is not.
inline void check_close(const std::string& which, const std::vector<float>& got,
                        const std::vector<double>& expected, double tolerance,
                        std::source_location where = std::source_location::current()) {
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
    return check::fail(where.file_name(), static_cast<int>(where.line()), what.str());
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
