#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "arguments.h"
#include "densecrf/cpu.h"
#include "densecrf/pages.h"
#include "densecrf/threads.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

Napi::Value Isas(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  std::uint32_t count = 0;
  for (const Isa isa : available_isas()) names[count++] = Napi::String::New(info.Env(), isa_name(isa));
  return names;
}

Napi::Value ActiveIsa(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), isa_name(active_isa()));
}

Napi::Value UseIsa(const Napi::CallbackInfo& info) {
  const std::string name = to_text(info[0]);
  const std::span<const Isa> isas = available_isas();
  const auto wanted = std::find_if(isas.begin(), isas.end(), [&](Isa isa) { return name == isa_name(isa); });
  return Napi::Boolean::New(info.Env(), wanted != isas.end() && use_isa(*wanted));
}

Napi::Value Concurrency(const Napi::CallbackInfo& info) {
  if (!info[0].IsUndefined()) set_concurrency(static_cast<unsigned>(to_count(info[0])));
  return Napi::Number::New(info.Env(), concurrency());
}

/// Of an ArrayBuffer: bytes from its start to the first whose address is a multiple.
Napi::Value OffsetToMultiple(const Napi::CallbackInfo& info) {
  const auto address = reinterpret_cast<std::uintptr_t>(info[0].As<Napi::ArrayBuffer>().Data());
  const std::size_t multiple = to_count(info[1]);
  return Napi::Number::New(info.Env(), static_cast<double>((multiple - address % multiple) % multiple));
}

/// Of an ArrayBuffer that nobody has written to.
void PreferLargePages(const Napi::CallbackInfo& info) {
  auto buffer = info[0].As<Napi::ArrayBuffer>();
  prefer_large_pages(buffer.Data(), buffer.ByteLength());
}

}  // namespace

void export_runtime(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["version"] = Napi::String::New(env, DENSECRF_VERSION);
  exports["isas"] = Napi::Function::New<Isas>(env, "isas");
  exports["isa"] = Napi::Function::New<ActiveIsa>(env, "isa");
  exports["useIsa"] = Napi::Function::New<UseIsa>(env, "useIsa");
  exports["offsetToMultiple"] = Napi::Function::New<OffsetToMultiple>(env, "offsetToMultiple");
  exports["preferLargePages"] = Napi::Function::New<PreferLargePages>(env, "preferLargePages");
  exports["concurrency"] = Napi::Function::New<Concurrency>(env, "concurrency");
}

}  // namespace densecrf::binding
