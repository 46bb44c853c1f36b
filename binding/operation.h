#pragma once
// A call of the core that needs no object: run at once, or as a job.
#include <napi.h>

#include <functional>
#include <utility>

#include "arguments.h"
#include "job.h"

namespace densecrf::binding {

/// Over arrays that are arguments of the call, which a job keeps alive.
using Operation = std::function<Status(const RunControl&)>;

template <Operation (*prepare)(const Napi::CallbackInfo&)>
void run_now(const Napi::CallbackInfo& info) {
  throw_unless_ok(info.Env(), prepare(info)({}));
}

template <Operation (*prepare)(const Napi::CallbackInfo&)>
Napi::Value run_as_job(const Napi::CallbackInfo& info) {
  Task task;
  task.run = prepare(info);
  task.finish = [] {};
  for (std::size_t i = 0; i < info.Length(); ++i) {
    if (info[i].IsObject()) task.kept.push_back(Napi::Persistent(info[i].As<Napi::Object>()));
  }
  return start_job(info.Env(), std::move(task));
}

/// Exports `name` and `nameJob`.
template <Operation (*prepare)(const Napi::CallbackInfo&)>
void export_operation(Napi::Object exports, const std::string& name) {
  const std::string job = name + "Job";
  exports[name] = Napi::Function::New<run_now<prepare>>(exports.Env(), name);
  exports[job] = Napi::Function::New<run_as_job<prepare>>(exports.Env(), job);
}

}  // namespace densecrf::binding
