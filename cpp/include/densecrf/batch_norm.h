#pragma once
// Batch normalisation, as far as inference needs it: folded into the convolution before it.
#include <span>

namespace densecrf {

/// y = scale (x - mean) / sqrt(variance + epsilon) + offset, one number of each per channel.
struct BatchNorm {
  std::span<const float> mean, variance;
  std::span<const float> scale;   ///< empty: 1
  std::span<const float> offset;  ///< empty: 0
  float epsilon = 0.001f;
};

/// Makes of a convolution (dense or depthwise) one that normalises as well.
/// @param filter changed in place; its last axis (the last two, of a depthwise one) runs over the channels
/// @param bias   changed in place, one per channel: zeros where the convolution has none
void fold_batch_norm(const BatchNorm& norm, std::span<float> filter, std::span<float> bias) noexcept;

}  // namespace densecrf
