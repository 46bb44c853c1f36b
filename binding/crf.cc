#include "densecrf/crf.h"

#include <memory>
#include <utility>
#include <vector>

#include "arguments.h"
#include "engine.h"
#include "exports.h"
#include "job.h"
#include "pairwise.h"

namespace densecrf::binding {
namespace {

struct CrfEngine : Engine<DenseCrf> {
  CrfEngine(Napi::Env env, std::unique_ptr<DenseCrf> crf, std::size_t grid_axes)
      : Engine(env, std::move(crf)), axes(grid_axes) {}
  const std::size_t axes;  // of the grid
};

class CrfObject final : public Napi::ObjectWrap<CrfObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit CrfObject(const Napi::CallbackInfo& info);

 private:
  void SetUnary(const Napi::CallbackInfo& info);
  void SetLogisticUnary(const Napi::CallbackInfo& info);
  void AddPairwise(const Napi::CallbackInfo& info);
  void SetCompatibility(const Napi::CallbackInfo& info);
  Napi::Value KernelParameters(const Napi::CallbackInfo& info);
  void SetKernelParameters(const Napi::CallbackInfo& info);
  Napi::Value Vertices(const Napi::CallbackInfo& info);
  void Build(const Napi::CallbackInfo& info);
  Napi::Value Bytes(const Napi::CallbackInfo& info);
  void InferenceSync(const Napi::CallbackInfo& info);
  Napi::Value Inference(const Napi::CallbackInfo& info);
  void StartInference(const Napi::CallbackInfo& info);
  void StepInference(const Napi::CallbackInfo& info);
  void Current(const Napi::CallbackInfo& info);
  Napi::Value KlDivergence(const Napi::CallbackInfo& info);
  Napi::Value UnaryEnergy(const Napi::CallbackInfo& info);
  Napi::Value PairwiseEnergy(const Napi::CallbackInfo& info);
  void Dispose(const Napi::CallbackInfo&) { engine_.reset(); }

  CrfEngine& idle() { return binding::idle(Env(), engine_); }
  DenseCrf& crf() { return *idle().core; }
  [[nodiscard]] std::size_t to_term(const Napi::Value& value);
  void finish(Status status);

  std::shared_ptr<CrfEngine> engine_;  // null: disposed
};

// Where an inference writes; each is empty where it is not wanted.
struct Outputs {
  std::span<float> probabilities;
  std::span<std::int32_t> map;
  Layout layout;
};

Outputs to_outputs(const DenseCrf& crf, const Napi::Value& probabilities, const Napi::Value& map,
                   const Napi::Value& channels_first) {
  return {borrow_or_null<float>(probabilities, crf.points() * crf.labels()),
          borrow_or_null<std::int32_t>(map, crf.points()), to_layout(channels_first)};
}

// A number of iterations, or all of a NativeSchedule.
Schedule to_schedule(const Napi::Value& value) {
  if (value.IsNumber()) return to_count(value);
  const Napi::Object options = to_object(value);
  Schedule schedule(to_count(options.Get("iterations")));
  schedule.tolerance = to_float(options.Get("tolerance"));
  schedule.freeze = to_float(options.Get("freeze"));
  return schedule;
}

std::vector<std::size_t> to_extents(const Napi::Value& value) {
  const Napi::Object list = to_object(value);
  std::vector<std::size_t> extents(to_size(list.Get("length")));
  for (std::uint32_t axis = 0; axis < extents.size(); ++axis) extents[axis] = to_size(list.Get(axis));
  return extents;
}

CrfObject::CrfObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const std::vector<std::size_t> extents = to_extents(info[0]);
  std::unique_ptr<DenseCrf> crf;
  throw_unless_ok(info.Env(), DenseCrf::create(extents, to_size(info[1]), crf));
  engine_ = std::make_shared<CrfEngine>(info.Env(), std::move(crf), extents.size());
}

std::size_t CrfObject::to_term(const Napi::Value& value) {
  const std::size_t term = to_size(value);
  if (term >= crf().terms()) throw status_error(Env(), "invalid-argument");
  return term;
}

void CrfObject::finish(Status status) {
  engine_->tell_collector();
  throw_unless_ok(Env(), status);
}

void CrfObject::SetUnary(const Napi::CallbackInfo& info) {
  DenseCrf& crf = this->crf();
  finish(crf.set_unary(borrow<float>(info[0], crf.points() * crf.labels()), to_layout(info[1])));
}

void CrfObject::SetLogisticUnary(const Napi::CallbackInfo& info) {
  DenseCrf& crf = this->crf();
  const std::size_t count = to_size(info[2]);
  finish(crf.set_logistic_unary(borrow<float>(info[0], crf.labels() * count),
                                borrow<float>(info[1], crf.points() * count), count, to_layout(info[3])));
}

void CrfObject::AddPairwise(const Napi::CallbackInfo& info) {
  CrfEngine& engine = idle();
  finish(engine.core->add_pairwise(to_pairwise_term(info[0], *engine.core, engine.axes)));
}

void CrfObject::SetCompatibility(const Napi::CallbackInfo& info) {
  const std::size_t term = to_term(info[0]);
  finish(crf().set_compatibility(term, to_compatibility(info[1], crf().labels())));
}

Napi::Value CrfObject::KernelParameters(const Napi::CallbackInfo& info) {
  const std::span<const float> parameters = crf().kernel_parameters(to_term(info[0]));
  const Napi::Value copy = new_floats(info.Env(), parameters.size());
  std::copy(parameters.begin(), parameters.end(), borrow<float>(copy).begin());
  return copy;
}

void CrfObject::SetKernelParameters(const Napi::CallbackInfo& info) {
  const std::size_t term = to_term(info[0]);
  const std::size_t length = crf().kernel_parameters(term).size();
  finish(crf().set_kernel_parameters(term, borrow<float>(info[1], length)));
}

Napi::Value CrfObject::Vertices(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(crf().vertices(to_term(info[0]))));
}

void CrfObject::Build(const Napi::CallbackInfo&) { finish(crf().build({})); }

Napi::Value CrfObject::Bytes(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(crf().bytes()));
}

void CrfObject::InferenceSync(const Napi::CallbackInfo& info) {
  const Outputs to = to_outputs(crf(), info[1], info[2], info[3]);
  finish(crf().inference(to_schedule(info[0]), to.probabilities, to.map, to.layout, {}));
}

Napi::Value CrfObject::Inference(const Napi::CallbackInfo& info) {
  const Schedule schedule = to_schedule(info[0]);
  const Outputs to = to_outputs(crf(), info[1], info[2], info[3]);
  Task task;
  task.run = [engine = engine_, schedule, to](const RunControl& control) {
    return engine->core->inference(schedule, to.probabilities, to.map, to.layout, control);
  };
  task.finish = [engine = engine_] {
    engine->busy = false;
    engine->tell_collector();
  };
  for (const Napi::Value& output : {info[1], info[2]}) {
    if (output.IsObject()) task.kept.push_back(Napi::Persistent(output.As<Napi::Object>()));
  }
  if (info[4].IsFunction()) task.on_progress = Napi::Persistent(info[4].As<Napi::Function>());
  const Napi::Object job = start_job(info.Env(), std::move(task));
  engine_->busy = true;
  return job;
}

void CrfObject::StartInference(const Napi::CallbackInfo&) { finish(crf().start_inference({})); }

void CrfObject::StepInference(const Napi::CallbackInfo&) { finish(crf().step_inference({})); }

void CrfObject::Current(const Napi::CallbackInfo& info) {
  const Outputs to = to_outputs(crf(), info[0], info[1], info[2]);
  throw_unless_ok(info.Env(), crf().current(to.probabilities, to.map, to.layout));
}

Napi::Value CrfObject::KlDivergence(const Napi::CallbackInfo& info) {
  double divergence = 0;
  finish(crf().kl_divergence(divergence));
  return Napi::Number::New(info.Env(), divergence);
}

Napi::Value CrfObject::UnaryEnergy(const Napi::CallbackInfo& info) {
  const auto labeling = borrow<std::int32_t>(info[0], crf().points());
  const Napi::Value energy = new_floats(info.Env(), labeling.size());
  throw_unless_ok(info.Env(), crf().unary_energy(labeling, borrow<float>(energy)));
  return energy;
}

Napi::Value CrfObject::PairwiseEnergy(const Napi::CallbackInfo& info) {
  const std::size_t term = to_term(info[1]);
  const auto labeling = borrow<std::int32_t>(info[0], crf().points());
  const Napi::Value energy = new_floats(info.Env(), labeling.size());
  finish(crf().pairwise_energy(labeling, term, borrow<float>(energy)));
  return energy;
}

Napi::Function CrfObject::define(Napi::Env env) {
  return DefineClass(
      env, "DenseCrf",
      {InstanceMethod<&CrfObject::SetUnary>("setUnary"),
       InstanceMethod<&CrfObject::SetLogisticUnary>("setLogisticUnary"),
       InstanceMethod<&CrfObject::AddPairwise>("addPairwise"),
       InstanceMethod<&CrfObject::SetCompatibility>("setCompatibility"),
       InstanceMethod<&CrfObject::KernelParameters>("kernelParameters"),
       InstanceMethod<&CrfObject::SetKernelParameters>("setKernelParameters"),
       InstanceMethod<&CrfObject::Vertices>("vertices"), InstanceMethod<&CrfObject::Build>("build"),
       InstanceMethod<&CrfObject::Bytes>("bytes"), InstanceMethod<&CrfObject::InferenceSync>("inferenceSync"),
       InstanceMethod<&CrfObject::Inference>("inference"),
       InstanceMethod<&CrfObject::StartInference>("startInference"),
       InstanceMethod<&CrfObject::StepInference>("stepInference"),
       InstanceMethod<&CrfObject::Current>("current"),
       InstanceMethod<&CrfObject::KlDivergence>("klDivergence"),
       InstanceMethod<&CrfObject::UnaryEnergy>("unaryEnergy"),
       InstanceMethod<&CrfObject::PairwiseEnergy>("pairwiseEnergy"),
       InstanceMethod<&CrfObject::Dispose>("dispose")});
}

}  // namespace

void export_crf(Napi::Object exports) { exports["DenseCrf"] = CrfObject::define(exports.Env()); }

}  // namespace densecrf::binding
