#pragma once
// One pool of threads for the whole process.
#include <cstddef>

#include "base/function_ref.h"

namespace densecrf {

/// Runs body(index, worker) for every index below `count`, on this thread (worker 0) and on pool
/// threads (workers 1 to workers - 1), each index once, in no order; returns when all are done.
/// The body must not throw. While another thread is inside parallel_for, everything runs on this one:
/// concurrent operations share the machine without waiting for each other.
void parallel_for(std::size_t count, unsigned workers,
                  FunctionRef<void(std::size_t, unsigned)> body) noexcept;

}  // namespace densecrf
