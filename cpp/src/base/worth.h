#pragma once
// How many threads a piece of work is worth.
#include <algorithm>
#include <cstddef>

#include "densecrf/threads.h"

namespace densecrf {

/// Threads for `tasks` tasks of `work` operations in all (about a nanosecond each at most): a thread is worth
/// waking for some tens of microseconds.
[[nodiscard]] inline unsigned workers_for(std::size_t tasks, std::size_t work) noexcept {
  constexpr std::size_t kWorth = std::size_t{1} << 16;
  return static_cast<unsigned>(std::min({std::size_t{concurrency()}, tasks, work / kWorth + 1}));
}

}  // namespace densecrf
