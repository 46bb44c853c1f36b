#include "densecrf/reduce.h"

#include <span>

#include "arguments.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

std::size_t to_row_length(const Napi::Value& value, std::span<const float> input) {
  const std::size_t length = to_size(value);
  if (length == 0 || input.size() % length != 0) throw status_error(value.Env(), "invalid-argument");
  return length;
}

// (input, length, output)
void Softmax(const Napi::CallbackInfo& info) {
  const std::span<const float> input = borrow<float>(info[0]);
  softmax(input, to_row_length(info[1], input), borrow<float>(info[2], input.size()));
}

// (input, length, output)
void Argmax(const Napi::CallbackInfo& info) {
  const std::span<const float> input = borrow<float>(info[0]);
  const std::size_t length = to_row_length(info[1], input);
  argmax(input, length, borrow<std::int32_t>(info[2], input.size() / length));
}

}  // namespace

void export_reduce(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["softmax"] = Napi::Function::New<Softmax>(env, "softmax");
  exports["argmax"] = Napi::Function::New<Argmax>(env, "argmax");
}

}  // namespace densecrf::binding
