#include <memory>
#include <string>
#include <utility>

#include "arguments.h"
#include "densecrf/layer.h"
#include "engine.h"
#include "exports.h"
#include "job.h"
#include "layer.h"
#include "operation.h"

namespace densecrf::binding {
namespace {

struct PlanEngine : Engine<LayerPlan> {
  PlanEngine(Napi::Env env, std::unique_ptr<LayerPlan> plan, const LayerSizes& of, bool may_add)
      : Engine(env, std::move(plan)), sizes(of), adds(may_add) {}
  const LayerSizes sizes;
  const bool adds;
};

class PlanObject final : public Napi::ObjectWrap<PlanObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit PlanObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value Bytes(const Napi::CallbackInfo& info);
  Napi::Value Algorithm(const Napi::CallbackInfo& info);
  void Run(const Napi::CallbackInfo& info);
  void RunAdding(const Napi::CallbackInfo& info);
  Napi::Value RunJob(const Napi::CallbackInfo& info);
  void Dispose(const Napi::CallbackInfo&) { engine_.reset(); }

  PlanEngine& idle() { return binding::idle(Env(), engine_); }

  std::shared_ptr<PlanEngine> engine_;  // null: disposed
};

PlanObject::PlanObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Layer layer = to_layer(info[0]);
  PlanResult result = layer.plan();
  throw_unless_ok(info.Env(), result.status);
  engine_ = std::make_shared<PlanEngine>(info.Env(), std::move(result.plan), layer.sizes, layer.adds);
}

Napi::Value PlanObject::Bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(idle().core->bytes()));
}

Napi::Value PlanObject::Algorithm(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), std::string(idle().core->algorithm()));
}

void PlanObject::Run(const Napi::CallbackInfo& info) {
  const PlanEngine& engine = idle();
  const LayerBuffers to = to_buffers(engine.sizes, info, 0);
  throw_unless_ok(info.Env(), engine.core->run(to.input, to.output, to.pixel_stride, {}));
}

void PlanObject::RunAdding(const Napi::CallbackInfo& info) {
  const PlanEngine& engine = idle();
  if (!engine.adds) throw status_error(info.Env(), "invalid-argument");
  const LayerBuffers to = to_buffers(engine.sizes, info, 1);
  const Addend addend = to_addend(engine.sizes, info[0], to);
  throw_unless_ok(info.Env(), engine.core->run_adding(addend, to.input, to.output, to.pixel_stride, {}));
}

Napi::Value PlanObject::RunJob(const Napi::CallbackInfo& info) {
  const LayerBuffers to = to_buffers(idle().sizes, info, 0);
  Task task;
  task.run = [engine = engine_, to](const RunControl& control) {
    return engine->core->run(to.input, to.output, to.pixel_stride, control);
  };
  task.finish = [engine = engine_] { engine->busy = false; };
  task.kept.push_back(Napi::Persistent(info[0].As<Napi::Object>()));
  task.kept.push_back(Napi::Persistent(info[1].As<Napi::Object>()));
  const Napi::Object job = start_job(info.Env(), std::move(task));
  engine_->busy = true;
  return job;
}

Napi::Function PlanObject::define(Napi::Env env) {
  return DefineClass(
      env, "Plan",
      {InstanceMethod<&PlanObject::Bytes>("bytes"), InstanceMethod<&PlanObject::Algorithm>("algorithm"),
       InstanceMethod<&PlanObject::Run>("run"), InstanceMethod<&PlanObject::RunAdding>("runAdding"),
       InstanceMethod<&PlanObject::RunJob>("runJob"), InstanceMethod<&PlanObject::Dispose>("dispose")});
}

// (layer, input, output, offset, pixelStride): a plan for one run.
Operation run_layer(const Napi::CallbackInfo& info) {
  const Layer layer = to_layer(info[0]);
  const LayerBuffers to = to_buffers(layer.sizes, info, 1);
  return [plan = layer.plan, to](const RunControl& control) {
    const PlanResult result = plan();
    if (result.status != Status::kOk) return result.status;
    return result.plan->run(to.input, to.output, to.pixel_stride, control);
  };
}

}  // namespace

void export_plan(Napi::Object exports) {
  exports["Plan"] = PlanObject::define(exports.Env());
  export_operation<run_layer>(exports, "runLayer");
}

}  // namespace densecrf::binding
