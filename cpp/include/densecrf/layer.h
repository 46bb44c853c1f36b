#pragma once
// A layer prepared once and run many times.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "densecrf/control.h"
#include "densecrf/status.h"

namespace densecrf {

enum class Activation : std::uint8_t { kNone, kRelu, kRelu6, kElu, kSigmoid, kLeakyRelu, kPrelu };

/// What follows a convolution while its result is still in registers: activation(x + bias).
struct Epilogue {
  std::span<const float> bias;  ///< one per output channel; empty: none
  Activation activation = Activation::kNone;
  float slope = 0.2f;             ///< of kLeakyRelu below 0
  std::span<const float> slopes;  ///< of kPrelu below 0, one per output channel
};

/// What is added to a layer's sums before its activation: activation(x + bias + addend).
struct Addend {
  const float* data = nullptr;   ///< null: nothing
  std::size_t pixel_stride = 0;  ///< what pixel p is given begins at data[p * pixel_stride]; 0: all the same
};

struct PlanOptions {
  /// Only algorithms whose sums are those of the definition, in another order at most.
  bool exact = false;
  /// What packed weights, tables and scratch may take together; 0: 8 times the weights, at least 4 MiB. An
  /// algorithm that cannot do with less may then take as much as input and output on top.
  std::size_t max_bytes = 0;
  /// Of dense and separable convolutions: runs may be given an addend.
  bool adds = false;
};

/// A layer: shapes, weights and algorithm fixed, buffers allocated. One run at a time.
class LayerPlan {
 public:
  LayerPlan() = default;
  LayerPlan(const LayerPlan&) = delete;
  LayerPlan& operator=(const LayerPlan&) = delete;
  virtual ~LayerPlan() = default;

  /// Allocates nothing. The results are bitwise equal for any number of threads.
  /// @param input   as the plan's shape says, channels last, dense
  /// @param output  pixel p of the result begins at output[p * pixel_stride]; must not overlap the input
  /// @param pixel_stride  floats, at least the output channels: a branch writes into a wider buffer
  /// @returns kCancelled where the control said so; the output is then partly written
  [[nodiscard]] virtual Status run(const float* input, float* output, std::size_t pixel_stride,
                                   const RunControl& control) noexcept = 0;
  /// The same of plans that were made to add; others leave it out.
  [[nodiscard]] virtual Status run_adding(const Addend& addend, const float* input, float* output,
                                          std::size_t pixel_stride, const RunControl& control) noexcept {
    (void)addend;
    return run(input, output, pixel_stride, control);
  }
  /// Packed weights, tables and scratch.
  [[nodiscard]] virtual std::size_t bytes() const noexcept = 0;
  /// "direct", "winograd", ...
  [[nodiscard]] virtual std::string_view algorithm() const noexcept = 0;
};

struct PlanResult {
  Status status = Status::kOk;
  std::unique_ptr<LayerPlan> plan;  ///< null unless status is kOk
};

}  // namespace densecrf
