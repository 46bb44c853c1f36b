#include "base/processor.h"

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace densecrf {

#if defined(__linux__)

int current_processor() noexcept { return sched_getcpu(); }

void keep_off(std::thread::native_handle_type thread, int processor) noexcept {
  cpu_set_t others;
  if (processor < 0 || processor >= CPU_SETSIZE || sched_getaffinity(0, sizeof others, &others) != 0) return;
  CPU_CLR(static_cast<std::size_t>(processor), &others);
  if (CPU_COUNT(&others) > 0) (void)pthread_setaffinity_np(thread, sizeof others, &others);
}

#else

int current_processor() noexcept { return -1; }
void keep_off(std::thread::native_handle_type, int) noexcept {}

#endif

}  // namespace densecrf
