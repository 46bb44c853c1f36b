#pragma once
// What the native bench compares. Every peer is a shared library of its own, so that one that is missing is
// one that is not loaded.
#include <cstddef>
#include <memory>
#include <string>

#include "densecrf/conv.h"

namespace densecrf::bench {

enum class Pass { kForward, kInputGradient, kFilterGradient };

/// A dense or depthwise convolution, channels last. Gradients read the output's gradient from `input` (of
/// the input) or `filter` (of the filter) and write to `output`.
struct Layer {
  ConvShape shape;
  bool depthwise = false, relu = false;
  Pass pass = Pass::kForward;
  const float* input = nullptr;
  const float* filter = nullptr;  ///< [height, width, in, out], [height, width, channels] if depthwise
  const float* bias = nullptr;    ///< of the forward pass
  float* output = nullptr;
  std::size_t pixel_stride = 0;  ///< of the forward pass's output
};

/// Bilinear, half-pixel centers.
struct Resize {
  ImageShape shape;
  std::size_t out_height, out_width;
  const float* input;
  float* output;
};

/// Something prepared that can be run again and again, its weights packed.
class Step {
 public:
  Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  virtual ~Step() = default;
  virtual void run() = 0;
  /// The algorithm, where the library tells.
  [[nodiscard]] virtual std::string note() const { return {}; }
};

using StepPtr = std::unique_ptr<Step>;

/// A library that computes. A null step: it cannot do that.
class Peer {
 public:
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// For the steps made and run from now on.
  virtual void use_threads(unsigned threads) = 0;
  virtual StepPtr layer(const Layer& layer) = 0;
  virtual StepPtr resize(const Resize& resize) = 0;
  /// A depthwise layer and a 1x1 layer on its result, in one; null: one after the other.
  virtual StepPtr separable(const Layer& /*depthwise*/, const Layer& /*pointwise*/) { return nullptr; }
};

/// The one symbol that a peer's shared library exports.
using MakePeer = Peer* (*)();

}  // namespace densecrf::bench
