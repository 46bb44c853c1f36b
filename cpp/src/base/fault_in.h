#pragma once
// Pages of fresh memory, made by several threads.
#include <algorithm>
#include <cstddef>
#include <span>

#include "base/thread_pool.h"

namespace densecrf {

/// To be called before several threads write to memory that may be fresh. Where two of them touch the same
/// large page for the first time, the system lets each zero one and throws the second away: here each page
/// has one thread. What the memory holds stays.
template <class T>
void fault_in(std::span<T> memory, unsigned workers) noexcept {
  constexpr std::size_t kLargePage = std::size_t{2} << 20;
  const std::span<std::byte> bytes = std::as_writable_bytes(memory);
  const std::size_t pages = (bytes.size() + kLargePage - 1) / kLargePage;
  if (workers <= 1 || pages <= 1) return;
  parallel_for(pages, workers, [&](std::size_t page, unsigned) {
    // Somewhere in the middle: arrays need not begin with a page.
    const std::size_t at = std::min(page * kLargePage + kLargePage / 2, bytes.size() - 1);
    volatile std::byte& byte = bytes[at];
    byte = byte;
  });
}

}  // namespace densecrf
