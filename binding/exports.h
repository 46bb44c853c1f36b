#pragma once
// One function for each family of what src/native/addon.ts lists: it adds the family to the addon's exports.
#include <napi.h>

namespace densecrf::binding {

void export_runtime(Napi::Object exports);
void export_unary(Napi::Object exports);
void export_resize(Napi::Object exports);
void export_crf(Napi::Object exports);
void export_plan(Napi::Object exports);
void export_conv(Napi::Object exports);
void export_matmul(Napi::Object exports);
void export_batch_norm(Napi::Object exports);
void export_pool(Napi::Object exports);
void export_reduce(Napi::Object exports);
void export_tensor(Napi::Object exports);

/// Keeps this library in memory for as long as the process lives.
void stay_loaded() noexcept;

}  // namespace densecrf::binding
