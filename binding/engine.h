#pragma once
// What a JavaScript object and its job share: whichever lets go last frees it, on JavaScript's thread.
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "arguments.h"

namespace densecrf::binding {

/// @tparam Core has `bytes()`
template <typename Core>
class Engine {
 public:
  Engine(Napi::Env env, std::unique_ptr<Core> owned) : core(std::move(owned)), env_(env) { tell_collector(); }
  ~Engine() { tell_collector(0); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// After each operation, or the garbage collector takes many megabytes for a small object.
  void tell_collector() noexcept { tell_collector(static_cast<std::int64_t>(core->bytes())); }

  const std::unique_ptr<Core> core;
  bool busy = false;  ///< a job computes

 private:
  void tell_collector(std::int64_t bytes) noexcept {
    std::int64_t total = 0;
    napi_adjust_external_memory(env_, bytes - told_, &total);
    told_ = bytes;
  }

  napi_env env_;
  std::int64_t told_ = 0;
};

/// The engine of an object, if it is neither disposed nor busy.
template <typename SomeEngine>
[[nodiscard]] SomeEngine& idle(Napi::Env env, const std::shared_ptr<SomeEngine>& engine) {
  if (!engine) throw status_error(env, "disposed");
  if (engine->busy) throw status_error(env, "busy");
  return *engine;
}

}  // namespace densecrf::binding
