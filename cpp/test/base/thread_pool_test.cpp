#include "base/thread_pool.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "check.h"

#if defined(__linux__)
#include <sched.h>
#endif
#include "densecrf/threads.h"

namespace densecrf {
namespace {

constexpr unsigned kMostWorkers = 8;

/// Runs a loop that counts the visits of every index in plain memory; returns how many indices were not
/// visited exactly once, plus how often a worker's number was out of range or in use by two threads.
std::size_t wrong_visits(std::size_t count, unsigned workers) {
  std::vector<int> visits(count);
  const auto busy = std::make_unique<std::atomic<bool>[]>(workers);
  std::atomic<std::size_t> wrong{0};
  parallel_for(count, workers, [&](std::size_t i, unsigned worker) {
    if (worker >= workers || busy[worker].exchange(true)) return void(++wrong);
    ++visits[i];
    busy[worker] = false;
  });
  for (const int n : visits) wrong += n == 1 ? 0 : 1;
  return wrong;
}

}  // namespace

TEST("parallel_for visits every index once, each worker on one thread at a time") {
  for (unsigned workers = 1; workers <= kMostWorkers; ++workers) {
    for (const std::size_t count : {0U, 1U, 2U, 7U, 64U, 10007U}) CHECK_EQ(wrong_visits(count, workers), 0);
  }
}

TEST("parallel_for runs a hundred thousand tiny loops") {
  std::size_t wrong = 0;
  for (int run = 0; run < 100000; ++run) {
    int visits[3] = {};
    parallel_for(3, 2, [&](std::size_t i, unsigned) { ++visits[i]; });
    for (const int n : visits) wrong += n == 1 ? 0 : 1;
  }
  CHECK_EQ(wrong, 0);
}

TEST("parallel_for takes another number of workers with every loop") {
  std::size_t wrong = 0;
  for (unsigned run = 0; run < 5000; ++run) wrong += wrong_visits(run % 37, 1 + run * 5 % kMostWorkers);
  CHECK_EQ(wrong, 0);
}

TEST("a loop inside a loop runs on the thread that starts it") {
  std::vector<int> visits(30 * 40);
  std::atomic<int> strangers{0};
  parallel_for(30, 4, [&](std::size_t i, unsigned) {
    const auto self = std::this_thread::get_id();
    parallel_for(40, 4, [&](std::size_t j, unsigned worker) {
      if (worker != 0 || std::this_thread::get_id() != self) ++strangers;
      ++visits[i * 40 + j];
    });
  });
  CHECK_EQ(strangers.load(), 0);
  CHECK(visits == std::vector<int>(visits.size(), 1));
}

TEST("threads of the caller's own may run loops at the same time") {
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> callers;
  for (unsigned caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&wrong, caller] {
      for (unsigned run = 0; run < 300; ++run)
        wrong += wrong_visits(run % 50, 1 + (run + caller) % kMostWorkers);
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK_EQ(wrong.load(), 0);
}

#if defined(__linux__)
TEST("threads of the pool may not run on the processor that their first caller worked on") {
  const auto allowed = [] {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
  };
  const int own = allowed();
  if (own < 2) check::skip("needs two processors");
  std::atomic<int> of_helper{0};
  for (int run = 0; run < 2000 && of_helper == 0; ++run) {
    parallel_for(16, 2, [&](std::size_t, unsigned worker) {
      if (worker != 0) of_helper = allowed();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    });
  }
  CHECK_EQ(of_helper.load(), own - 1);
}
#endif

TEST("a thread that gives way visits each index once, too, and others keep their way") {
  std::size_t wrong = 0;
  std::thread([&] {
    give_way();
    for (unsigned workers = 1; workers <= kMostWorkers; ++workers) wrong += wrong_visits(400, workers);
  }).join();
  CHECK_EQ(wrong, 0);
  CHECK_EQ(wrong_visits(400, kMostWorkers), 0);
}

TEST("concurrency is at least 1 and at most 256") {
  const unsigned before = concurrency();
  CHECK(before >= 1 && before <= 256);
  for (const auto& [asked, expected] :
       {std::pair{0U, 1U}, {1U, 1U}, {3U, 3U}, {256U, 256U}, {100000U, 256U}}) {
    set_concurrency(asked);
    CHECK_EQ(concurrency(), expected);
  }
  set_concurrency(before);
}

}  // namespace densecrf
