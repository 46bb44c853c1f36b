#include "base/thread_pool.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/cpu_quota.h"
#include "base/processor.h"
#include "densecrf/threads.h"

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace densecrf {
namespace {

constexpr unsigned kMaxThreads = 256;
// A pause is about 30 ns. The owner waits 50 us for threads that are still at work before it sleeps: another
// process may hold their core.
constexpr int kSpins = 2000;
// A thread without work stays awake for 0.3 ms: longer than what happens between two layers of a network.
// Waking it takes tens of microseconds, and where the machine is busy it may come back on the owner's core.
constexpr int kIdleSpins = 10000;

void pause() noexcept {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Those that this process may run on.
unsigned processors() noexcept {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    const auto allowed = static_cast<unsigned>(CPU_COUNT(&set));
    try {
      const unsigned quota = cpu_quota("/proc/self/cgroup", "/sys/fs/cgroup");
      return quota == 0 ? allowed : std::min(allowed, quota);
    } catch (...) {  // no memory for a file's name
      return allowed;
    }
  }
#endif
  return std::thread::hardware_concurrency();
}

/// The gate: one word that says whether a job may be joined, which one it is, and how many pool
/// threads are in it. The owner closes the gate when its own share is done and waits only for
/// threads that did join: one that is still waking up is never waited for.
class Gate {
 public:
  void open() noexcept {
    const std::uint64_t now = word_.load(std::memory_order_relaxed);
    word_.store(((now & ~kOpen) + kJob) | kOpen, std::memory_order_release);
    word_.notify_all();
  }
  void close_and_wait() noexcept {
    std::uint64_t now = word_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
    for (int spin = 0; (now & kJoined) != 0; now = word_.load(std::memory_order_acquire)) {
      if (++spin < kSpins)
        pause();
      else
        word_.wait(now, std::memory_order_acquire);
    }
  }
  /// Waits for an open job other than `seen`, joins it, and makes it `seen`.
  void join(std::uint64_t& seen) noexcept {
    int spin = 0;
    for (;;) {
      std::uint64_t now = word_.load(std::memory_order_acquire);
      if ((now & kOpen) != 0 && now / kJob != seen) {
        if (word_.compare_exchange_weak(now, now + 1, std::memory_order_acq_rel)) {
          seen = now / kJob;
          return;
        }
      } else if (++spin < kIdleSpins) {
        pause();
      } else {
        word_.wait(now, std::memory_order_acquire);
      }
    }
  }
  void leave() noexcept {
    const std::uint64_t before = word_.fetch_sub(1, std::memory_order_acq_rel);
    if ((before & kOpen) == 0 && (before & kJoined) == 1) word_.notify_all();
  }

 private:
  static constexpr std::uint64_t kJoined = 0xffff, kOpen = 0x10000, kJob = 0x20000;
  std::atomic<std::uint64_t> word_{0};
};

/// Whether the loops that this thread starts give way to others.
thread_local bool gives_way = false;

/// Lets others have the processor, if a millisecond has gone by since they last could.
void let_others_run() noexcept {
  using Clock = std::chrono::steady_clock;
  thread_local auto last = Clock::now();
  if (Clock::now() - last < std::chrono::milliseconds(1)) return;
  std::this_thread::yield();
  last = Clock::now();
}

/// A thread of the pool, and the processor that it was seen on last; -1: unknown.
struct Helper {
  std::thread::native_handle_type handle{};
  std::atomic<int> processor{-1};
};

class Pool {
 public:
  /// Never destroyed: its threads may outlive static destructors.
  static Pool& instance() {
    static Pool& pool = *new Pool;
    return pool;
  }

  unsigned concurrency() const noexcept { return concurrency_.load(std::memory_order_relaxed); }
  void set_concurrency(unsigned threads) noexcept {
    concurrency_.store(std::clamp(threads, 1u, kMaxThreads), std::memory_order_relaxed);
  }

  void run(std::size_t count, unsigned workers, FunctionRef<void(std::size_t, unsigned)> body) noexcept {
    std::unique_lock region(region_, std::try_to_lock);
    if (workers <= 1 || count <= 1 || !region.owns_lock()) {
      for (std::size_t i = 0; i < count; ++i) {
        body(i, 0);
        if (gives_way) let_others_run();
      }
      return;
    }
    start(workers - 1);
    spread(workers - 1);
    body_ = &body;
    count_ = count;
    workers_ = workers;
    gives_way_ = gives_way;
    next_.store(0, std::memory_order_relaxed);
    gate_.open();
    work(0);
    gate_.close_and_wait();
  }

 private:
  Pool() : concurrency_(std::clamp(processors(), 1u, kMaxThreads)) {}

  void work(unsigned worker) noexcept {
    const auto& body = *body_;
    const std::size_t count = count_;
    const bool is_courteous = gives_way_;
    for (std::size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count;) {
      body(i, worker);
      if (is_courteous) let_others_run();
    }
  }
  void start(unsigned threads) noexcept {
    for (; started_ < threads; ++started_) {
      Helper& helper = helpers_[started_];
      helper.processor.store(current_processor(), std::memory_order_relaxed);
      try {
        std::thread thread([this, worker = started_ + 1] { loop(worker); });
        helper.handle = thread.native_handle();
        thread.detach();
      } catch (...) {
        return;  // No more threads to be had: fewer do the work.
      }
    }
  }
  /// Sends threads away that would wait for the processor that the owner works on: schedulers were seen to
  /// leave both there for a second while another one was idle.
  void spread(unsigned threads) noexcept {
    const int here = current_processor();
    for (unsigned i = 0; i < std::min(threads, started_); ++i) {
      Helper& helper = helpers_[i];
      if (here < 0 || helper.processor.load(std::memory_order_relaxed) != here) continue;
      keep_off(helper.handle, here);
      helper.processor.store(-1, std::memory_order_relaxed);
    }
  }
  [[noreturn]] void loop(unsigned worker) noexcept {
    for (std::uint64_t seen = 0;;) {
      gate_.join(seen);
      if (worker < workers_) work(worker);
      helpers_[worker - 1].processor.store(current_processor(), std::memory_order_relaxed);
      gate_.leave();
    }
  }

  std::atomic<unsigned> concurrency_;
  std::mutex region_;
  Gate gate_;
  unsigned started_ = 0;
  std::array<Helper, kMaxThreads> helpers_;
  // The job: written by the owner before the gate opens, read by those who joined.
  const FunctionRef<void(std::size_t, unsigned)>* body_ = nullptr;
  std::size_t count_ = 0;
  unsigned workers_ = 0;
  bool gives_way_ = false;
  alignas(64) std::atomic<std::size_t> next_{0};
};

}  // namespace

unsigned concurrency() noexcept { return Pool::instance().concurrency(); }
void set_concurrency(unsigned threads) noexcept { Pool::instance().set_concurrency(threads); }

void give_way() noexcept { gives_way = true; }

void parallel_for(std::size_t count, unsigned workers,
                  FunctionRef<void(std::size_t, unsigned)> body) noexcept {
  Pool::instance().run(count, workers, body);
}

}  // namespace densecrf
