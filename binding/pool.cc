#include "densecrf/pool.h"

#include <span>

#include "arguments.h"
#include "exports.h"
#include "layer.h"

namespace densecrf::binding {
namespace {

bool is_max(const Napi::Value& name) { return choose<bool>(name, {{"max", true}, {"average", false}}); }

// (op, shape, input, output)
void Pool(const Napi::CallbackInfo& info) {
  const auto pool = is_max(info[0]) ? max_pool : average_pool;
  const ConvShape shape = to_conv_shape(info[1]);
  const std::span<const float> input = borrow<float>(info[2], input_length(shape));
  throw_unless_ok(info.Env(), pool(shape, input, borrow<float>(info[3], output_length(shape))));
}

// (op, shape, input or null, outGradient, gradient)
void PoolGradient(const Napi::CallbackInfo& info) {
  const bool max = is_max(info[0]);
  const ConvShape shape = to_conv_shape(info[1]);
  const std::span<const float> out_gradient = borrow<float>(info[3], output_length(shape));
  const std::span<float> gradient = borrow<float>(info[4], input_length(shape));
  const Status status =
      max ? max_pool_gradient(shape, borrow<float>(info[2], input_length(shape)), out_gradient, gradient)
          : average_pool_gradient(shape, out_gradient, gradient);
  throw_unless_ok(info.Env(), status);
}

// (input, batch, height, width, channels, output)
void GlobalAveragePool(const Napi::CallbackInfo& info) {
  const ImageShape shape{to_size(info[1]), to_size(info[2]), to_size(info[3]), to_size(info[4])};
  const std::size_t length = shape.batch * shape.height * shape.width * shape.channels;
  const std::span<float> output = borrow<float>(info[5], shape.batch * shape.channels);
  throw_unless_ok(info.Env(), global_average_pool(shape, borrow<float>(info[0], length), output));
}

}  // namespace

void export_pool(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["pool"] = Napi::Function::New<Pool>(env, "pool");
  exports["poolGradient"] = Napi::Function::New<PoolGradient>(env, "poolGradient");
  exports["globalAveragePool"] = Napi::Function::New<GlobalAveragePool>(env, "globalAveragePool");
}

}  // namespace densecrf::binding
