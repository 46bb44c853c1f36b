#include "base/parallel_steps.h"

#include <atomic>
#include <new>

#include "check.h"

namespace densecrf {

TEST("parallel_steps takes every step when nothing stops it") {
  for (const unsigned workers : {1U, 3U}) {
    std::atomic<std::size_t> sum{0};
    const Status status = parallel_steps(100, workers, {}, [&](std::size_t i, unsigned) { sum += i; });
    CHECK_EQ(status, Status::kOk);
    CHECK_EQ(sum.load(), 4950);
  }
}

TEST("parallel_steps takes no step once it is cancelled") {
  for (const unsigned workers : {1U, 3U}) {
    std::atomic<bool> cancelled{false};
    RunControl control;
    control.cancelled = &cancelled;
    std::atomic<int> late{0};
    const Status status = parallel_steps(1000, workers, control, [&](std::size_t, unsigned) {
      if (cancelled.exchange(true)) ++late;
    });
    CHECK_EQ(status, Status::kCancelled);
    CHECK(late < static_cast<int>(workers));  // those that were under way
  }
}

TEST("parallel_steps reports that memory ran out and goes no further") {
  for (const unsigned workers : {1U, 3U}) {
    std::atomic<unsigned> failures{0};
    const Status status = parallel_steps(1000, workers, {}, [&](std::size_t i, unsigned) {
      if (i < 10) return;
      ++failures;
      throw std::bad_alloc();
    });
    CHECK_EQ(status, Status::kOutOfMemory);
    CHECK(failures >= 1 && failures <= workers);
  }
}

}  // namespace densecrf
