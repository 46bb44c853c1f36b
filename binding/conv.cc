#include "densecrf/conv.h"

#include <span>

#include "arguments.h"
#include "exports.h"
#include "layer.h"
#include "operation.h"

namespace densecrf::binding {
namespace {

// (op, shape, input, outGradient, gradient)
Operation filter_gradient(const Napi::CallbackInfo& info) {
  const bool dense = choose<bool>(info[0], {{"conv2d", true}, {"depthwise", false}});
  const ConvShape shape = to_conv_shape(info[1]);
  const std::size_t taps = shape.kernel_height * shape.kernel_width;
  const std::span<const float> input = borrow<float>(info[2], input_length(shape));
  const std::span<const float> out_gradient = borrow<float>(info[3], output_length(shape));
  const std::span<float> gradient =
      borrow<float>(info[4], taps * shape.out_channels * (dense ? shape.input.channels : 1));
  const auto compute = dense ? conv2d_filter_gradient : depthwise_filter_gradient;
  return [=](const RunControl& control) { return compute(shape, input, out_gradient, gradient, control); };
}

}  // namespace

void export_conv(Napi::Object exports) { export_operation<filter_gradient>(exports, "filterGradient"); }

}  // namespace densecrf::binding
