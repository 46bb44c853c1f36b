#pragma once
// What a JavaScript object and its job share: whichever lets go last frees it, on JavaScript's thread.
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "densecrf/crf.h"

namespace densecrf::binding {

class Engine {
 public:
  Engine(Napi::Env env, std::unique_ptr<DenseCrf> owned, std::size_t grid_axes)
      : crf(std::move(owned)), axes(grid_axes), env_(env) {
    tell_collector();
  }
  ~Engine() { tell_collector(0); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// After each operation, or the garbage collector takes a lattice of many megabytes for a small object.
  void tell_collector() noexcept { tell_collector(static_cast<std::int64_t>(crf->bytes())); }

  const std::unique_ptr<DenseCrf> crf;
  const std::size_t axes;  ///< of the grid
  bool busy = false;       ///< a job computes

 private:
  void tell_collector(std::int64_t bytes) noexcept {
    std::int64_t total = 0;
    napi_adjust_external_memory(env_, bytes - told_, &total);
    told_ = bytes;
  }

  napi_env env_;
  std::int64_t told_ = 0;
};

}  // namespace densecrf::binding
