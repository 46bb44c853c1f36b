#include "densecrf/pages.h"

#include <cstdint>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace densecrf {

void prefer_large_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t kLargePage = std::size_t{2} << 20;
  if (bytes < 2 * kLargePage) return;
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(data) % kLargePage;
  const std::size_t whole = (bytes - before) / kLargePage * kLargePage;
  (void)madvise(static_cast<char*>(data) + before, whole, MADV_HUGEPAGE);
#endif
}

}  // namespace densecrf
