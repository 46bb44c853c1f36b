#pragma once
// The serial half of a parallel loop: steps that must run in their order, each as soon as it and all before
// it are ready, on whichever thread finds them so. The other threads go on with the parallel half.
#include <atomic>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace densecrf {

template <class Body>
class InOrder {
 public:
  /// @param body body(0), body(1), ..., body(count - 1) will be called, never two at once
  InOrder(std::size_t count, Body body) : body_(std::move(body)), is_ready_(count) {}

  /// Says that a step may run, once those before it have. Throws what the body throws.
  void ready(std::size_t index) {
    is_ready_[index].store(true, std::memory_order_release);
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock()) run();
  }
  /// To be called when all are ready: runs those that were overlooked because another thread was just done.
  void finish() { run(); }

 private:
  void run() {
    for (; next_ < is_ready_.size() && is_ready_[next_].load(std::memory_order_acquire); ++next_)
      body_(next_);
  }

  Body body_;
  std::vector<std::atomic<bool>> is_ready_;
  std::mutex mutex_;
  std::size_t next_ = 0;
};

}  // namespace densecrf
