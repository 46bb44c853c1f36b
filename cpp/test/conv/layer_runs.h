#pragma once
// What the tests of both ways to compute conv2d share.
#include <span>
#include <string>
#include <vector>

#include "check.h"
#include "conv/oracle.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

namespace densecrf::oracle {

inline constexpr Activation kActivations[] = {Activation::kNone, Activation::kRelu,    Activation::kRelu6,
                                              Activation::kElu,  Activation::kSigmoid, Activation::kLeakyRelu,
                                              Activation::kPrelu};
inline constexpr float kGap = -77;  ///< what stands between pixels, before and after

inline std::vector<float> result_of(LayerPlan& plan, const RandomLayer& layer, std::size_t stride) {
  std::vector<float> output(out_pixels(layer.shape) * stride, kGap);
  CHECK_EQ(plan.run(layer.input.data(), output.data(), stride, {}), Status::kOk);
  return output;
}

inline void check_error(double error, double bound, const ConvShape& shape) {
  if (error <= bound) return;
  check::fail(__FILE__, __LINE__,
              std::string(isa_name(active_isa())) + ": " + describe(shape) + ": error " +
                  std::to_string(error * 1e6) + "e-6");
}

/// Runs into pixels `gap` floats further apart than their channels: within `bound` of double precision, and
/// nothing written between pixels.
inline void check_result(LayerPlan& plan, const RandomLayer& layer, std::size_t gap, double bound) {
  const std::size_t channels = layer.shape.out_channels, stride = channels + gap;
  const std::vector<float> output = result_of(plan, layer, stride);
  const auto expected = conv2d(layer.shape, layer.input, layer.filter, layer.epilogue());
  check_error(relative_error(output, stride, expected, channels).largest, bound, layer.shape);
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (i % stride >= channels) CHECK_EQ(output[i], kGap);
  }
}

/// Calls body with each instruction set in use.
template <class Body>
void with_every_isa(Body body) {
  const Isa before = active_isa();
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    body();
  }
  use_isa(before);
}

/// plan() and its runs give the same bits whatever the number of threads, then and now.
template <class Plan>
void check_threads(const RandomLayer& layer, Plan plan) {
  const unsigned before = concurrency();
  std::vector<float> first;
  for (unsigned threads = 1; threads <= 5; ++threads) {
    set_concurrency(threads);
    const auto planned = plan();
    const auto output = result_of(*planned, layer, layer.shape.out_channels);
    if (threads == 1) first = output;
    CHECK(output == first);
    set_concurrency(6 - threads);
    CHECK(result_of(*planned, layer, layer.shape.out_channels) == first);
  }
  set_concurrency(before);
}

}  // namespace densecrf::oracle
