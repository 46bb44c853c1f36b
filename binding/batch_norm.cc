#include "densecrf/batch_norm.h"

#include <span>

#include "arguments.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

// (filter, bias, {mean, variance, scale or null, offset or null, epsilon}); the first two change.
void FoldBatchNorm(const Napi::CallbackInfo& info) {
  const std::span<float> filter = borrow<float>(info[0]), bias = borrow<float>(info[1]);
  const std::size_t channels = bias.size();
  if (channels == 0 || filter.size() % channels != 0) throw status_error(info.Env(), "invalid-argument");
  const Napi::Object object = to_object(info[2]);
  const BatchNorm norm{.mean = borrow<float>(object.Get("mean"), channels),
                       .variance = borrow<float>(object.Get("variance"), channels),
                       .scale = borrow_or_null<float>(object.Get("scale"), channels),
                       .offset = borrow_or_null<float>(object.Get("offset"), channels),
                       .epsilon = to_float(object.Get("epsilon"))};
  fold_batch_norm(norm, filter, bias);
}

}  // namespace

void export_batch_norm(Napi::Object exports) {
  exports["foldBatchNorm"] = Napi::Function::New<FoldBatchNorm>(exports.Env(), "foldBatchNorm");
}

}  // namespace densecrf::binding
