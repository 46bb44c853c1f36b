#pragma once
// parallel_for for operations that a caller may stop and that may run out of memory.
#include <atomic>
#include <new>

#include "base/thread_pool.h"
#include "densecrf/control.h"
#include "densecrf/status.h"

namespace densecrf {

/// Runs body(index, worker) for every index below `count`, which may throw std::bad_alloc; gives up early
/// when that happens or the control says stop.
template <class Body>
[[nodiscard]] Status parallel_steps(std::size_t count, unsigned workers, const RunControl& control,
                                    Body body) noexcept {
  std::atomic<Status> status{Status::kOk};
  parallel_for(count, workers, [&](std::size_t index, unsigned worker) noexcept {
    if (status.load(std::memory_order_relaxed) != Status::kOk) return;
    if (control.stopped()) {
      status.store(Status::kCancelled, std::memory_order_relaxed);
      return;
    }
    try {
      body(index, worker);
    } catch (const std::bad_alloc&) {
      status.store(Status::kOutOfMemory, std::memory_order_relaxed);
    }
  });
  return status.load(std::memory_order_relaxed);
}

}  // namespace densecrf
