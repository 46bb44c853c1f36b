#pragma once
// A long operation on a thread of its own: neither the event loop nor a libuv thread waits for it.
#include <napi.h>

#include <functional>
#include <vector>

#include "densecrf/control.h"
#include "densecrf/status.h"

namespace densecrf::binding {

struct Task {
  std::function<Status(const RunControl&)> run;  ///< on the job's thread; owns or keeps all that it touches
  std::function<void()> finish;                  ///< on JavaScript's thread, just before `done` settles
  std::vector<Napi::ObjectReference> kept;       ///< alive as long as the job
  Napi::FunctionReference on_progress;           ///< empty: nobody listens
};

/// Starts the task; answers its NativeJob (src/native/addon.ts). An exception out of `on_progress` cancels
/// the job, and `done` rejects with it.
[[nodiscard]] Napi::Object start_job(Napi::Env env, Task task);

/// Makes sure, once per environment, that no job outlives the environment or the process's exit.
void end_jobs_with(Napi::Env env);

}  // namespace densecrf::binding
