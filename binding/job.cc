#include "job.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "arguments.h"
#include "densecrf/threads.h"

namespace densecrf::binding {
namespace {

using Flag = std::shared_ptr<std::atomic<bool>>;

// Lives until its channel to JavaScript is closed, which happens once the thread has let go of it or the
// environment ends; closing deletes the job, and deleting joins the thread.
class Job {
 public:
  Job(Napi::Env env, Task task, Flag cancelled);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] Napi::Promise done() const { return done_.Promise(); }
  [[nodiscard]] bool belongs_to(napi_env env) const noexcept { return env_ == env; }
  static void start(std::unique_ptr<Job> job);
  void cancel() noexcept { cancelled_->store(true); }
  void join();

 private:
  static void hear(Napi::Env env, Napi::Function, Job* job, void*);
  using Channel = Napi::TypedThreadSafeFunction<Job, void, &Job::hear>;

  void run() noexcept;
  void ring() noexcept;
  void report_progress(Napi::Env env);
  void settle(Napi::Env env);

  napi_env env_;
  Task task_;
  Flag cancelled_;
  Channel channel_;
  std::thread thread_;

  // Written by the job's thread. `rung_`: a call is on its way, so that one wakes JavaScript for many
  // iterations.
  std::atomic<int> iterations_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<bool> rung_ = false;
  Status status_ = Status::kOk;
  bool closed_ = false;

  // JavaScript's thread alone.
  Napi::Promise::Deferred done_;
  std::optional<Napi::Error> failure_;
  int reported_ = 0;
  bool settled_ = false;
};

// Every job whose thread may still run, of all environments. Never destroyed: process.exit runs the
// destructors of static objects while other threads go on.
struct Running {
  std::mutex mutex;
  std::set<Job*> jobs;
};
Running& running() {
  static auto* const instance = new Running;
  return *instance;
}

// First all are cancelled, then all are waited for. Null: the jobs of every environment.
void end_jobs(napi_env env) {
  const std::lock_guard lock(running().mutex);
  const auto concerned = [env](const Job* job) { return env == nullptr || job->belongs_to(env); };
  for (Job* job : running().jobs) {
    if (concerned(job)) job->cancel();
  }
  for (Job* job : running().jobs) {
    if (concerned(job)) job->join();
  }
}

Job::Job(Napi::Env env, Task task, Flag cancelled)
    : env_(env), task_(std::move(task)), cancelled_(std::move(cancelled)), done_(env) {}

Job::~Job() {
  cancel();
  const std::lock_guard lock(running().mutex);
  running().jobs.erase(this);
  join();
}

void Job::join() {
  if (thread_.joinable()) thread_.join();
}

void Job::start(std::unique_ptr<Job> owned) {
  const Napi::Env env(owned->env_);
  owned->channel_ =
      Channel::New(env, "densecrf", 0, 1, owned.get(), [](Napi::Env, void*, Job* job) { delete job; });
  Job* const job = owned.release();
  try {
    const std::lock_guard lock(running().mutex);
    running().jobs.insert(job);
    job->thread_ = std::thread(&Job::run, job);
  } catch (const std::exception&) {  // no memory for it, or no more threads
    job->channel_.Release();
    throw status_error(env, Status::kOutOfMemory);
  }
}

void Job::run() noexcept {
  give_way();
  RunControl control{cancelled_.get(), nullptr, this};
  if (!task_.on_progress.IsEmpty()) {
    control.progress = [](void* context, int done, int) noexcept {
      Job* const job = static_cast<Job*>(context);
      job->iterations_.store(done);
      job->ring();
    };
  }
  status_ = task_.run(control);
  ended_.store(true);
  ring();
  if (!closed_) channel_.Release();
}

// A channel that answers "closing" has let this thread go, and must not be touched again.
void Job::ring() noexcept {
  if (closed_ || rung_.exchange(true)) return;
  closed_ = channel_.NonBlockingCall() == napi_closing;
}

void Job::hear(Napi::Env env, Napi::Function, Job* job, void*) {
  if (static_cast<napi_env>(env) == nullptr) return;  // the environment ends
  job->rung_.store(false);
  const bool ended = job->ended_.load();
  job->report_progress(env);
  if (ended && !job->settled_) job->settle(env);
}

void Job::report_progress(Napi::Env env) {
  const int done = iterations_.load();
  try {
    while (reported_ < done && !cancelled_->load()) {
      task_.on_progress.Call({Napi::Number::New(env, ++reported_)});
    }
  } catch (const Napi::Error& error) {
    failure_ = error;
    cancel();
  }
}

void Job::settle(Napi::Env env) {
  settled_ = true;
  task_.finish();
  if (failure_) {
    done_.Reject(failure_->Value());
  } else if (status_ == Status::kOk || status_ == Status::kCancelled) {
    done_.Resolve(Napi::Boolean::New(env, status_ == Status::kOk));
  } else {
    done_.Reject(status_error(env, status_).Value());
  }
}

}  // namespace

Napi::Object start_job(Napi::Env env, Task task) {
  const auto cancelled = std::make_shared<std::atomic<bool>>(false);
  auto job = std::make_unique<Job>(env, std::move(task), cancelled);
  Napi::Object face = Napi::Object::New(env);
  face.Set("done", job->done());
  face.Set("cancel",
           Napi::Function::New(env, [cancelled](const Napi::CallbackInfo&) { cancelled->store(true); }));
  Job::start(std::move(job));
  return face;
}

void end_jobs_with(Napi::Env env) {
  napi_env const raw = env;
  napi_add_env_cleanup_hook(raw, [](void* of) { end_jobs(static_cast<napi_env>(of)); }, raw);
#ifndef _WIN32  // where a process that exits has ended its threads before any handler runs
  static const int once = std::atexit([] { end_jobs(nullptr); });
  static_cast<void>(once);
#endif
}

}  // namespace densecrf::binding
