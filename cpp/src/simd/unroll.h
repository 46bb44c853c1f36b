#pragma once
// Loops that must leave no index behind: what they index stays in registers.
#include <cstddef>
#include <utility>

namespace densecrf::DENSECRF_ISA {

/// body(0), ..., body(Count - 1), one after the other. Large bodies need [[gnu::always_inline]] themselves.
template <std::size_t Count, class Body>
[[gnu::always_inline]] inline void unroll(Body body) noexcept {
  [&]<std::size_t... I>(std::index_sequence<I...>)
      __attribute__((always_inline)) { (body(I), ...); }(std::make_index_sequence<Count>());
}

}  // namespace densecrf::DENSECRF_ISA
