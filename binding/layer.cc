#include "layer.h"

#include <span>
#include <utility>

#include "arguments.h"

namespace densecrf::binding {
namespace {

Activation to_activation(const Napi::Value& name) {
  return choose<Activation>(name, {{"none", Activation::kNone},
                                   {"relu", Activation::kRelu},
                                   {"relu6", Activation::kRelu6},
                                   {"elu", Activation::kElu},
                                   {"sigmoid", Activation::kSigmoid},
                                   {"leakyrelu", Activation::kLeakyRelu},
                                   {"prelu", Activation::kPrelu}});
}

PlanOptions to_options(const Napi::Object& layer) {
  return {.exact = layer.Get("exact").ToBoolean(),
          .max_bytes = to_size(layer.Get("maxBytes")),
          .adds = layer.Get("adds").ToBoolean()};
}

LayerSizes sizes_of(const ConvShape& shape) noexcept {
  return {input_length(shape), shape.input.batch * shape.out_height * shape.out_width, shape.out_channels};
}

// The gradient by the input runs the other way.
LayerSizes gradient_sizes_of(const ConvShape& shape) noexcept {
  const ImageShape& input = shape.input;
  return {output_length(shape), input.batch * input.height * input.width, input.channels};
}

using Forward = PlanResult (*)(const ConvShape&, std::span<const float>, const Epilogue&,
                               const PlanOptions&) noexcept;
using Backward = PlanResult (*)(const ConvShape&, std::span<const float>, const PlanOptions&) noexcept;

Layer forward(const Napi::Object& layer, const ConvShape& shape, std::span<const float> filter,
              Forward plan) {
  const Epilogue epilogue = to_epilogue(layer.Get("epilogue"), shape.out_channels);
  const PlanOptions options = to_options(layer);
  return {[=] { return plan(shape, filter, epilogue, options); }, sizes_of(shape)};
}

Layer backward(const Napi::Object& layer, const ConvShape& shape, std::span<const float> filter,
               Backward plan) {
  const PlanOptions options = to_options(layer);
  return {[=] { return plan(shape, filter, options); }, gradient_sizes_of(shape)};
}

Layer separable(const Napi::Object& layer, const ConvShape& shape, std::span<const float> filter) {
  const std::size_t out_channels = to_size(layer.Get("outChannels"));
  const Epilogue middle = to_epilogue(layer.Get("middle"), shape.out_channels);
  const Epilogue epilogue = to_epilogue(layer.Get("epilogue"), out_channels);
  const PlanOptions options = to_options(layer);
  const std::span<const float> pointwise =
      borrow<float>(layer.Get("pointwise"), shape.out_channels * out_channels);
  LayerSizes sizes = sizes_of(shape);
  sizes.out_channels = out_channels;
  return {[=] { return plan_separable(shape, filter, middle, out_channels, pointwise, epilogue, options); },
          sizes, options.adds};
}

Layer matmul_layer(const Napi::Object& layer) {
  const MatmulShape shape = to_matmul_shape(layer.Get("shape"));
  const std::span<const float> right = borrow<float>(layer.Get("filter"), shape.depth * shape.columns);
  const Epilogue epilogue = to_epilogue(layer.Get("epilogue"), shape.columns);
  const PlanOptions options = to_options(layer);
  return {[=] { return plan_matmul(shape, right, epilogue, options); },
          {shape.rows * shape.depth, shape.rows, shape.columns}};
}

enum class Op { kConv2d, kConv2dInputGradient, kDepthwise, kDepthwiseInputGradient, kSeparable, kMatmul };

std::size_t to_positive(const Napi::Value& value) {
  const std::size_t size = to_size(value);
  if (size == 0) throw status_error(value.Env(), "invalid-argument");
  return size;
}

}  // namespace

Epilogue to_epilogue(const Napi::Value& value, std::size_t channels) {
  const Napi::Object object = to_object(value);
  Epilogue epilogue;
  epilogue.bias = borrow_or_null<float>(object.Get("bias"), channels);
  epilogue.activation = to_activation(object.Get("activation"));
  epilogue.slope = to_float(object.Get("slope"));
  if (epilogue.activation == Activation::kPrelu) {
    epilogue.slopes = borrow<float>(object.Get("slopes"), channels);
  }
  return epilogue;
}

std::size_t input_length(const ConvShape& shape) noexcept {
  const ImageShape& input = shape.input;
  return input.batch * input.height * input.width * input.channels;
}

std::size_t output_length(const ConvShape& shape) noexcept {
  return shape.input.batch * shape.out_height * shape.out_width * shape.out_channels;
}

ConvShape to_conv_shape(const Napi::Value& value) {
  const Napi::Object object = to_object(value);
  const auto positive = [&](const char* name) { return to_positive(object.Get(name)); };
  return {.input = {positive("batch"), positive("height"), positive("width"), positive("channels")},
          .out_height = positive("outHeight"),
          .out_width = positive("outWidth"),
          .out_channels = positive("outChannels"),
          .kernel_height = positive("kernelHeight"),
          .kernel_width = positive("kernelWidth"),
          .stride_y = positive("strideY"),
          .stride_x = positive("strideX"),
          .dilation_y = positive("dilationY"),
          .dilation_x = positive("dilationX"),
          .pad_top = to_size(object.Get("padTop")),
          .pad_left = to_size(object.Get("padLeft"))};
}

MatmulShape to_matmul_shape(const Napi::Value& value) {
  const Napi::Object object = to_object(value);
  return {.rows = to_positive(object.Get("rows")),
          .depth = to_positive(object.Get("depth")),
          .columns = to_positive(object.Get("columns")),
          .batch = to_positive(object.Get("batch")),
          .transpose_left = object.Get("transposeLeft").ToBoolean(),
          .transpose_right = object.Get("transposeRight").ToBoolean(),
          .one_left = object.Get("oneLeft").ToBoolean(),
          .one_right = object.Get("oneRight").ToBoolean()};
}

Layer to_layer(const Napi::Value& value) {
  const Napi::Object layer = to_object(value);
  const Op op = choose<Op>(layer.Get("op"), {{"conv2d", Op::kConv2d},
                                             {"conv2dInputGradient", Op::kConv2dInputGradient},
                                             {"depthwise", Op::kDepthwise},
                                             {"depthwiseInputGradient", Op::kDepthwiseInputGradient},
                                             {"separable", Op::kSeparable},
                                             {"matMul", Op::kMatmul}});
  if (op == Op::kMatmul) return matmul_layer(layer);
  const ConvShape shape = to_conv_shape(layer.Get("shape"));
  const bool dense = op == Op::kConv2d || op == Op::kConv2dInputGradient;
  const std::size_t weights =
      shape.kernel_height * shape.kernel_width * shape.out_channels * (dense ? shape.input.channels : 1);
  const std::span<const float> filter = borrow<float>(layer.Get("filter"), weights);
  switch (op) {
    case Op::kConv2d: {
      Layer made = forward(layer, shape, filter, plan_conv2d);
      made.adds = to_options(layer).adds;
      return made;
    }
    case Op::kConv2dInputGradient:
      return backward(layer, shape, filter, plan_conv2d_input_gradient);
    case Op::kDepthwise:
      return forward(layer, shape, filter, plan_depthwise);
    case Op::kDepthwiseInputGradient:
      return backward(layer, shape, filter, plan_depthwise_input_gradient);
    case Op::kSeparable:
      return separable(layer, shape, filter);
    case Op::kMatmul:
      break;  // above: it has no windows
  }
  throw status_error(value.Env(), "invalid-argument");
}

// Of `output`, from `offset` on, each pixel's channels must lie within.
LayerBuffers to_buffers(const LayerSizes& sizes, const Napi::CallbackInfo& info, std::size_t first) {
  const std::span<const float> input = borrow<float>(info[first], sizes.input_length);
  const std::span<float> output = borrow<float>(info[first + 1]);
  const std::size_t offset = to_size(info[first + 2]), stride = to_size(info[first + 3]);
  const bool fits = stride >= sizes.out_channels && stride <= output.size() && offset <= output.size() &&
                    (sizes.out_pixels - 1) * stride + sizes.out_channels <= output.size() - offset;
  const bool apart =
      input.data() + input.size() <= output.data() || output.data() + output.size() <= input.data();
  if (!fits || !apart) throw status_error(info.Env(), "invalid-argument");
  return {input.data(), output.data() + offset, stride};
}

// Values for each pixel of the output, or for one that stands for all.
Addend to_addend(const LayerSizes& sizes, const Napi::Value& array, const LayerBuffers& to) {
  const std::span<const float> values = borrow<float>(array);
  const std::size_t all = sizes.out_pixels * sizes.out_channels;
  const bool fits = values.size() == all || values.size() == sizes.out_channels;
  const float* const end = to.output + (sizes.out_pixels - 1) * to.pixel_stride + sizes.out_channels;
  const bool apart = values.data() + values.size() <= to.output || end <= values.data();
  if (!fits || !apart) throw status_error(array.Env(), "invalid-argument");
  return {values.data(), values.size() == all ? sizes.out_channels : 0};
}

}  // namespace densecrf::binding
