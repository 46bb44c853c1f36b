#include "lattice/axis_groups.h"

#include <algorithm>
#include <numeric>

namespace densecrf {
namespace {

// A component of this many rows of 24 floats takes half of a cache of 1 MiB.
constexpr std::size_t kMaxComponent = 6144;
constexpr std::size_t kMinComponents = 24;      // of the largest size, so that threads share them evenly
constexpr std::uint32_t kBlockVertices = 1024;  // about, of one parallel step of a blur

/// body(first, last) for each chain.
template <class Body>
void for_chains(const Chains& chains, Body body) {
  for (std::size_t first = 0, last; first < chains.size(); first = last) {
    for (last = first; (chains[last++] & kChainEnd) == 0;) continue;
    body(first, last);
  }
}

/// The group of one axis: no two of its chains share a vertex, so they are cut into blocks as they come.
AxisGroup make_group(Chains chains) {
  AxisGroup group;
  group.axes = 1;
  group.starts.push_back(0);
  for_chains(chains, [&](std::size_t, std::size_t last) {
    if (last - group.starts.back() >= kBlockVertices || last == chains.size()) group.starts.push_back(last);
  });
  group.chains = std::move(chains);
  return group;
}

/// The group of several axes by blocks of components.
AxisGroup make_group(const std::vector<Chains>& axes, const std::vector<std::uint32_t>& block_of) {
  AxisGroup group;
  group.axes = axes.size();
  const std::size_t blocks = 1 + (block_of.empty() ? 0 : *std::max_element(block_of.begin(), block_of.end()));
  std::vector<std::size_t> next(blocks * axes.size() + 1);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for_chains(axes[axis], [&](std::size_t first, std::size_t last) {
      next[block_of[axes[axis][first] & ~kChainEnd] * axes.size() + axis + 1] += last - first;
    });
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  group.starts = next;
  group.chains.resize(next.back());
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    for_chains(axes[axis], [&](std::size_t first, std::size_t last) {
      std::size_t& at = next[block_of[axes[axis][first] & ~kChainEnd] * axes.size() + axis];
      for (std::size_t k = first; k < last; ++k) group.chains[at++] = axes[axis][k];
    });
  }
  return group;
}

}  // namespace

/// Sets of connected vertices; each is known by its smallest one.
class AxisGrouper::Components {
 public:
  explicit Components(std::size_t vertices) : parents_(vertices), sizes_(vertices, 1) {
    std::iota(parents_.begin(), parents_.end(), 0U);
  }

  /// Joins the vertices of each chain. @return false as soon as a set is larger than `limit`
  bool join(const Chains& chains, std::size_t limit) noexcept {
    std::uint32_t set = 0;
    bool within = false;  // a chain, some of whose vertices are in `set`
    for (const std::uint32_t link : chains) {
      const std::uint32_t other = find(link & ~kChainEnd);
      set = within ? join(set, other) : other;
      within = (link & kChainEnd) == 0;
      if (sizes_[set] > limit) return false;
    }
    return true;
  }

  /// Sets of more than one vertex, in the order of their smallest ones, dealt to blocks.
  [[nodiscard]] std::vector<std::uint32_t> blocks() {
    std::vector<std::uint32_t> block_of(parents_.size());
    std::uint32_t block = 0, filled = 0;
    for (std::uint32_t vertex = 0; vertex < parents_.size(); ++vertex) {
      const std::uint32_t root = find(vertex);
      if (root == vertex && sizes_[root] > 1) {
        if (filled != 0 && filled + sizes_[root] > kBlockVertices) ++block, filled = 0;
        filled += sizes_[root];
        block_of[root] = block;
      }
      block_of[vertex] = block_of[root];
    }
    return block_of;
  }

 private:
  std::uint32_t find(std::uint32_t vertex) noexcept {
    while (parents_[vertex] != vertex) vertex = parents_[vertex] = parents_[parents_[vertex]];
    return vertex;
  }
  std::uint32_t join(std::uint32_t a, std::uint32_t b) noexcept {
    if (a == b) return a;
    if (b < a) std::swap(a, b);
    parents_[b] = a;
    sizes_[a] += sizes_[b];
    return a;
  }

  std::vector<std::uint32_t> parents_, sizes_;
};

AxisGrouper::AxisGrouper(std::size_t vertices, std::vector<AxisGroup>& groups)
    : vertices_(vertices), groups_(groups) {}
AxisGrouper::~AxisGrouper() = default;

void AxisGrouper::add(Chains chains) {
  if (!axes_.empty() && !joins(chains)) finish();
  axes_.push_back(std::move(chains));
}

// The components of the first axis are not needed before there is a second one.
bool AxisGrouper::joins(const Chains& chains) {
  const std::size_t limit = std::min(kMaxComponent, vertices_ / kMinComponents);
  if (limit == 0) return false;
  if (components_ == nullptr) {
    components_ = std::make_unique<Components>(vertices_);
    if (!components_->join(axes_[0], limit)) return false;
  }
  auto more = std::make_unique<Components>(*components_);
  if (!more->join(chains, limit)) return false;
  components_ = std::move(more);
  return true;
}

void AxisGrouper::finish() {
  groups_.push_back(axes_.size() == 1 ? make_group(std::move(axes_[0]))
                                      : make_group(axes_, components_->blocks()));
  axes_.clear();
  components_.reset();
}

}  // namespace densecrf
