#pragma once
// Several axes blurred in one pass over the memory. Vertices that chains of a few axes connect, however
// indirectly, are few in a lattice of many dimensions: such a component is blurred along each of these axes
// while it is in the cache, where axis after axis over all vertices would fetch and write all of them anew.
#include <cstdint>
#include <memory>
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

/// Puts the axes of a lattice into groups, as they come in.
class AxisGrouper {
 public:
  /// @param vertices vertices 0 ... vertices - 1 are in chains
  /// @param groups receives the groups
  AxisGrouper(std::size_t vertices, std::vector<AxisGroup>& groups);
  ~AxisGrouper();

  /// The next axis. It joins the group of those before it as long as all components stay below the size that
  /// a cache holds.
  void add(Chains chains);
  /// To be called behind the last axis.
  void finish();

 private:
  class Components;

  [[nodiscard]] bool joins(const Chains& chains);

  std::size_t vertices_;
  std::vector<AxisGroup>& groups_;
  std::vector<Chains> axes_;  // of the group that is not finished
  std::unique_ptr<Components> components_;
};

}  // namespace densecrf
