#include "layer.h"

#include <span>
#include <string>

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

PlanOptions to_options(const Napi::Object& layer) {
  return {.exact = layer.Get("exact").ToBoolean(), .max_bytes = to_size(layer.Get("maxBytes"))};
}

LayerSizes sizes_of(const ConvShape& shape) noexcept {
  return {input_length(shape), shape.input.batch * shape.out_height * shape.out_width, shape.out_channels};
}

using Forward = PlanResult (*)(const ConvShape&, std::span<const float>, const Epilogue&,
                               const PlanOptions&) noexcept;

Layer forward(const Napi::Object& layer, const ConvShape& shape, std::span<const float> filter,
              Forward plan) {
  const Epilogue epilogue = to_epilogue(layer.Get("epilogue"), shape.out_channels);
  const PlanOptions options = to_options(layer);
  return {[=] { return plan(shape, filter, epilogue, options); }, sizes_of(shape)};
}

}  // namespace

std::size_t input_length(const ConvShape& shape) noexcept {
  const ImageShape& input = shape.input;
  return input.batch * input.height * input.width * input.channels;
}

std::size_t output_length(const ConvShape& shape) noexcept {
  return shape.input.batch * shape.out_height * shape.out_width * shape.out_channels;
}

ConvShape to_conv_shape(const Napi::Value& value) {
  const Napi::Object object = to_object(value);
  const auto positive = [&](const char* name) {
    const std::size_t size = to_size(object.Get(name));
    if (size == 0) throw status_error(value.Env(), "invalid-argument");
    return size;
  };
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

Layer to_layer(const Napi::Value& value) {
  const Napi::Object layer = to_object(value);
  if (to_text(layer.Get("op")) != "conv2d") throw status_error(value.Env(), "invalid-argument");
  const ConvShape shape = to_conv_shape(layer.Get("shape"));
  const std::size_t weights =
      shape.kernel_height * shape.kernel_width * shape.input.channels * shape.out_channels;
  return forward(layer, shape, borrow<float>(layer.Get("filter"), weights), plan_conv2d);
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

}  // namespace densecrf::binding
