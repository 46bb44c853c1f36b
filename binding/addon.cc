#include <napi.h>

#include "exports.h"
#include "job.h"

namespace {

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  densecrf::binding::stay_loaded();
  densecrf::binding::end_jobs_with(env);
  densecrf::binding::export_runtime(exports);
  densecrf::binding::export_unary(exports);
  densecrf::binding::export_resize(exports);
  densecrf::binding::export_crf(exports);
  densecrf::binding::export_plan(exports);
  densecrf::binding::export_conv(exports);
  densecrf::binding::export_matmul(exports);
  densecrf::binding::export_batch_norm(exports);
  densecrf::binding::export_pool(exports);
  densecrf::binding::export_reduce(exports);
  densecrf::binding::export_tensor(exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(densecrf, initialize)
