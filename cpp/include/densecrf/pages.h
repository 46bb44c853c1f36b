#pragma once
#include <cstddef>

namespace densecrf {

/// Asks the system for large pages below fresh memory: one fault instead of hundreds when it is first
/// written. Advice that changes no contents; nothing happens for less than two such pages, or where there are
/// none.
void prefer_large_pages(void* data, std::size_t bytes) noexcept;

}  // namespace densecrf
