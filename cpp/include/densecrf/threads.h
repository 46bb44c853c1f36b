#pragma once
// How many threads the core's pool may use.

namespace densecrf {

/// Threads that one operation uses at most, the caller's included; 1 or more. At first the number
/// of processors that this process may run on.
[[nodiscard]] unsigned concurrency() noexcept;

/// Takes effect with the next operation. 0 is taken as 1, more than 256 as 256.
void set_concurrency(unsigned threads) noexcept;

/// From here on this thread, and those that help it, give way to others once a millisecond: for work in the
/// background of a thread that has to answer soon.
void give_way() noexcept;

}  // namespace densecrf
