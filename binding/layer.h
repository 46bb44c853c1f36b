#pragma once
// NativeLayer (src/native/addon.ts) as what the core needs to plan and run it.
#include <napi.h>

#include <cstddef>
#include <functional>

#include "densecrf/conv.h"
#include "densecrf/layer.h"
#include "densecrf/matmul.h"

namespace densecrf::binding {

/// What a run reads and writes.
struct LayerSizes {
  std::size_t input_length;
  std::size_t out_pixels;
  std::size_t out_channels;
};

struct Layer {
  std::function<PlanResult()> plan;  ///< borrows the arrays that the layer was given as
  LayerSizes sizes;
  bool adds = false;  ///< its runs may be given an addend
};

[[nodiscard]] MatmulShape to_matmul_shape(const Napi::Value& shape);
[[nodiscard]] Epilogue to_epilogue(const Napi::Value& epilogue, std::size_t channels);

struct LayerBuffers {
  const float* input;
  float* output;
  std::size_t pixel_stride;
};

[[nodiscard]] Layer to_layer(const Napi::Value& layer);
[[nodiscard]] ConvShape to_conv_shape(const Napi::Value& shape);
/// Arguments (..., input, output, offset, pixelStride) of a call, the input at `first`.
[[nodiscard]] LayerBuffers to_buffers(const LayerSizes& sizes, const Napi::CallbackInfo& info,
                                      std::size_t first);

/// What a run of a plan that adds is given beside its buffers.
[[nodiscard]] Addend to_addend(const LayerSizes& sizes, const Napi::Value& array, const LayerBuffers& to);

/// Values of the two tensors of a convolution.
[[nodiscard]] std::size_t input_length(const ConvShape& shape) noexcept;
[[nodiscard]] std::size_t output_length(const ConvShape& shape) noexcept;

}  // namespace densecrf::binding
