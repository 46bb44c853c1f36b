#pragma once
// Large blocks of memory, which serve again: a fresh page costs more than what is written to it, and an
// object made for every picture would ask for the same blocks each time.
#include <cstddef>

namespace densecrf {

/// Blocks of this size and more are kept; no more than kKeptBytes of them in all.
inline constexpr std::size_t kLargeBlock = std::size_t{1} << 20;
inline constexpr std::size_t kKeptBytes = std::size_t{64} << 20;

/// A block on a page of its own, perhaps one that was given back: what it holds is undefined. For one that
/// has to be made, as much of what is kept goes back to the system: together they never take more than blocks
/// in use once did. Throws std::bad_alloc.
/// @param[in,out] bytes kLargeBlock at least; becomes the size of the block, up to an eighth more
[[nodiscard]] void* take_block(std::size_t& bytes);

/// Gives back a block of the size that take_block() said.
void give_block(void* block, std::size_t bytes) noexcept;

/// How much is kept at present.
[[nodiscard]] std::size_t kept_bytes() noexcept;

}  // namespace densecrf
