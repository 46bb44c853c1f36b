#pragma once
// Several axes blurred in one pass over the memory. Vertices that chains of a few axes connect, however
// indirectly, are few in a lattice of many dimensions: such a component is blurred along each of these axes
// while it is in the cache, where axis after axis over all vertices would fetch and write all of them anew.
#include <cstdint>
#include <span>
#include <vector>

namespace densecrf {

inline constexpr std::uint32_t kChainEnd = 0x80000000U;

/// Neighbours on one axis as chains of vertices, one behind the other; kChainEnd marks the last of each.
/// A vertex without neighbours is in none.
using Chains = std::vector<std::uint32_t>;

/// Consecutive axes whose chains are cut into blocks that share no vertex: block by block, and axis by axis
/// within a block, their blur reads and writes what it would axis after axis.
struct AxisGroup {
  std::size_t axes = 0;
  Chains chains;
  std::vector<std::size_t> starts;  ///< [blocks * axes + 1] into `chains`

  [[nodiscard]] std::size_t blocks() const noexcept { return (starts.size() - 1) / axes; }
};

/// How many axes, starting with the first, leave all components below the size that a cache holds; at
/// least 1.
/// @param axes chains of each axis, of vertices 0 ... vertices - 1
/// @param[out] block_of the block of each vertex that is in a chain of these axes
[[nodiscard]] std::size_t axes_together(std::span<const Chains> axes, std::size_t vertices,
                                        std::vector<std::uint32_t>& block_of);

/// The group of `axes` by the blocks that axes_together() found.
[[nodiscard]] AxisGroup make_axis_group(std::span<const Chains> axes,
                                        const std::vector<std::uint32_t>& block_of);

}  // namespace densecrf
