#include "densecrf/unary.h"

#include "arguments.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

Napi::Value index_or_none(Napi::Env env, std::size_t index, std::size_t size) {
  return Napi::Number::New(env, index == size ? -1 : static_cast<double>(index));
}

Napi::Value FirstNotFinite(const Napi::CallbackInfo& info) {
  const std::span<const float> values = borrow<float>(info[0]);
  return index_or_none(info.Env(), first_not_finite(values), values.size());
}

Napi::Value FirstOutside(const Napi::CallbackInfo& info) {
  const std::span<const float> values = borrow<float>(info[0]);
  const std::size_t index = first_outside(values, to_float(info[1]), to_float(info[2]));
  return index_or_none(info.Env(), index, values.size());
}

Napi::Value UnaryFromSoftmax(const Napi::CallbackInfo& info) {
  const std::span<const float> probabilities = borrow<float>(info[0]);
  const Napi::Value energy = new_floats(info.Env(), probabilities.size());
  unary_from_softmax(probabilities, to_size(info[1]), to_float(info[2]), to_float(info[3]),
                     borrow<float>(energy));
  return energy;
}

}  // namespace

void export_unary(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["firstNotFinite"] = Napi::Function::New<FirstNotFinite>(env, "firstNotFinite");
  exports["firstOutside"] = Napi::Function::New<FirstOutside>(env, "firstOutside");
  exports["unaryFromSoftmax"] = Napi::Function::New<UnaryFromSoftmax>(env, "unaryFromSoftmax");
}

}  // namespace densecrf::binding
