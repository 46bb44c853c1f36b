#pragma once
// Calls a kernel body with the row width as a constant where rows fit into registers.
#include <cstddef>
#include <utility>

#include "simd/row.h"

namespace densecrf::DENSECRF_ISA {

inline constexpr std::size_t kMaxGroups = 4;

/// body(0), ..., body(Rows - 1), one after the other without a loop; where Rows is 0, a loop up to `rows`.
template <std::size_t Rows, class Body>
[[gnu::always_inline]] inline void for_rows(std::size_t rows, Body body) noexcept {
  if constexpr (Rows != 0) {
    [&]<std::size_t... J>(std::index_sequence<J...>) { (body(J), ...); }(std::make_index_sequence<Rows>());
  } else {
    for (std::size_t j = 0; j < rows; ++j) body(j);
  }
}

// Rows are read in an order that only we know: while one is computed, the next ones are on their way.
inline constexpr std::size_t kLookAhead = 32;

template <int Groups>
inline void prefetch_row(const float* row) noexcept {
  for (int i = 0; i < 8 * Groups; i += 16) __builtin_prefetch(row + i);
  __builtin_prefetch(row + 8 * Groups - 1);
}

/// body.template operator()<Groups>(first_float): once for rows of up to kMaxGroups groups, else once for
/// each block of that many groups along the row.
template <class Body>
inline void for_blocks(std::size_t width, Body body) noexcept {
  std::size_t at = 0;
  for (; width - at > 8 * kMaxGroups; at += 8 * kMaxGroups) body.template operator()<4>(at);
  switch ((width - at) / 8) {
    case 1:
      return body.template operator()<1>(at);
    case 2:
      return body.template operator()<2>(at);
    case 3:
      return body.template operator()<3>(at);
    default:
      return body.template operator()<4>(at);
  }
}

}  // namespace densecrf::DENSECRF_ISA
