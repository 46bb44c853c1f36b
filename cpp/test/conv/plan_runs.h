#pragma once
// Runs of a plan on every instruction set and number of threads.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "check.h"
#include "conv/oracle.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

namespace densecrf::oracle {

/// Plans and runs on every instruction set with 1 to 5 threads, into pixels `gap` floats wider than their
/// channels: within `tolerance` of what is expected, the same bits for any number of threads, and nothing
/// written between pixels.
/// @param addend of plans that were made to add
inline void check_plan(const std::string& which, const std::function<PlanResult()>& plan,
                       const std::vector<float>& input, const std::vector<double>& expected,
                       std::size_t channels, double tolerance, const Addend& addend = {}) {
  constexpr float kUntouched = -77.25F;
  constexpr std::size_t gap = 3;
  const Isa isa_before = active_isa();
  const unsigned threads_before = concurrency();
  const std::size_t pixels = expected.size() / channels, stride = channels + gap;
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    std::vector<float> first;
    for (unsigned threads = 1; threads <= 5; ++threads) {
      set_concurrency(threads);
      const PlanResult made = plan();
      if (made.status != Status::kOk) return check::fail(__FILE__, __LINE__, which + ": no plan");
      std::vector<float> output(pixels * stride, kUntouched);
      CHECK_EQ(made.plan->run_adding(addend, input.data(), output.data(), stride, {}), Status::kOk);
      if (threads == 1) {
        const RelativeError error = relative_error(output, stride, expected, channels);
        if (!(error.largest <= tolerance)) {
          check::fail(__FILE__, __LINE__, which + ": error " + std::to_string(error.largest * 1e6) + "e-6");
        }
        for (std::size_t i = 0; i < output.size(); ++i) {
          if (i % stride >= channels && output[i] != kUntouched) {
            check::fail(__FILE__, __LINE__, which + ": wrote between pixels");
          }
        }
        first = output;
      } else if (output != first) {
        check::fail(__FILE__, __LINE__, which + ": threads change bits");
      }
    }
  }
  use_isa(isa_before);
  set_concurrency(threads_before);
}

}  // namespace densecrf::oracle
