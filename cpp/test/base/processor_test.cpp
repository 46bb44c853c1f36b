#include "base/processor.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "check.h"

#if defined(__linux__)
#include <sched.h>
#endif

namespace densecrf {

#if defined(__linux__)
TEST("a thread is sent away from each processor") {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2)
    check::skip("needs two processors");
  std::atomic<bool> ends{false};
  std::atomic<int> at{-1};
  std::thread thread([&] {
    while (!ends) at.store(current_processor());
  });
  int stayed = 0;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(static_cast<std::size_t>(processor), &allowed)) continue;
    keep_off(thread.native_handle(), processor);
    at.store(processor);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (at.load() == processor && std::chrono::steady_clock::now() < end) continue;
    stayed += at.load() == processor;
  }
  ends = true;
  thread.join();
  CHECK_EQ(stayed, 0);
}
#endif

TEST("a processor that there is not changes nothing") {
  std::atomic<bool> ends{false};
  std::thread thread([&] {
    while (!ends) std::this_thread::yield();
  });
  const int before = current_processor();
  keep_off(thread.native_handle(), -1);
  keep_off(thread.native_handle(), 1 << 20);
  ends = true;
  thread.join();
  CHECK((before < 0) == (current_processor() < 0));
}

}  // namespace densecrf
