#pragma once
// How a caller watches and stops a long operation.
#include <atomic>

namespace densecrf {

struct RunControl {
  /// Looked at once per iteration; may be raised from any thread. Null: cannot be cancelled.
  const std::atomic<bool>* cancelled = nullptr;
  /// Called on the thread that runs the operation, after each iteration. Null: nobody listens.
  void (*progress)(void* context, int done, int total) noexcept = nullptr;
  void* context = nullptr;

  [[nodiscard]] bool stopped() const noexcept {
    return cancelled != nullptr && cancelled->load(std::memory_order_relaxed);
  }
  void report(int done, int total) const noexcept {
    if (progress != nullptr) progress(context, done, total);
  }
};

}  // namespace densecrf
