#include "lattice/lattice_builder.h"

#include <algorithm>

#include "base/in_order.h"
#include "base/parallel_steps.h"
#include "lattice/sorted_vertices.h"

namespace densecrf {
namespace {

constexpr std::size_t kLookAhead = 16;  // keys between a prefetch and its use

/// One worker's buffers for the points of a tile.
struct EmbedScratch {
  explicit EmbedScratch(std::size_t max_points, std::size_t dimensions)
      : stride((max_points + 15) / 16 * 16),
        features(stride * dimensions),
        base(stride * kKeyWords),
        order(stride * kOrderWords),
        weights(stride * (dimensions + 1)) {}

  std::size_t stride;
  std::vector<float> features;
  std::vector<std::uint64_t> base;
  std::vector<std::uint32_t> order;
  std::vector<float> weights;

  SimplexBlock block() noexcept { return {base.data(), order.data(), weights.data(), stride}; }
};

/// Chains of vertices from links: every vertex without a predecessor starts one.
Chains make_chains(const std::vector<std::uint32_t>& next) {
  constexpr std::uint32_t kNone = SortedVertices<1>::kNone;
  std::vector<bool> has_previous(next.size());
  for (const std::uint32_t to : next) {
    if (to != kNone) has_previous[to] = true;
  }
  Chains chains;
  chains.reserve(next.size());
  for (std::uint32_t head = 0; head < next.size(); ++head) {
    if (has_previous[head] || next[head] == kNone) continue;
    for (std::uint32_t at = head; at != kNone; at = next[at]) chains.push_back(at);
    chains.back() |= kChainEnd;
  }
  return chains;
}

}  // namespace

Status LatticeBuilder::build(std::span<const Features> features) {
  lattice_.rows_ = Lattice::rows_for(features);
  lattice_.terms_.clear();
  lattice_.vertices_ = 0;
  lattice_.point_slots_.reserve_for(tiling_.points() * lattice_.rows_);
  lattice_.weights_.reserve_for(tiling_.points() * lattice_.rows_);
  tile_slots_.assign(tiling_.tiles(), 0);
  for (const Features& term : features) {
    const std::optional<EmbedPlan> plan = make_embed_plan(term.bounds());
    if (!plan) return Status::kOutOfRange;
    const Status status = plan->words == 1 ? add_term<1>(term, *plan) : add_term<kKeyWords>(term, *plan);
    if (status != Status::kOk) return status;
    if (lattice_.vertices_ >= kChainEnd) return Status::kTooLarge;
  }
  collect_slots();
  return place_vertices();
}

template <std::size_t Words>
Status LatticeBuilder::add_term(const Features& features, const EmbedPlan& plan) {
  const std::size_t rows_before =
      lattice_.terms_.empty() ? 0 : lattice_.terms_.back().first_row + lattice_.terms_.back().dimensions + 1;
  lattice_.terms_.push_back({plan.dimensions, rows_before, lattice_.vertices_, 0, {}});
  LatticeTerm& term = lattice_.terms_.back();

  VertexTable<Words> table(std::min<std::size_t>(tiling_.points() / 8, 1 << 16));
  TermSlots slots(tiling_.tiles());
  if (const Status status = embed_tiles(features, plan, table, slots); status != Status::kOk) return status;
  if (tiling_.points() % 4 != 0) add_padding(plan, table);
  term.vertices = table.size();
  lattice_.vertices_ += term.vertices;
  terms_.push_back(std::move(slots));
  return link_axes(plan, table.keys(), term);
}

template <std::size_t Words>
Status LatticeBuilder::embed_tiles(const Features& features, const EmbedPlan& plan, VertexTable<Words>& table,
                                   TermSlots& slots) {
  const auto first_vertex = static_cast<std::uint32_t>(lattice_.terms_.back().first_vertex);
  std::vector<TouchedVertices<Words>> touched(tiling_.tiles());
  // Vertices are numbered in the order of the tiles, whatever the order in which those are embedded.
  InOrder numbering(touched.size(), [&](std::size_t tile) {
    const auto& keys = touched[tile].keys;
    auto& vertices = slots.vertices[tile];
    vertices.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i + kLookAhead < keys.size()) table.prefetch(keys[i + kLookAhead]);
      vertices.push_back(first_vertex + table.insert(keys[i]));
    }
    slots.ones[tile] = std::move(touched[tile].ones);
    tile_slots_[tile] += keys.size();
    touched[tile] = {};
  });
  struct Worker {
    EmbedScratch scratch;
    TileVertices<Words> vertices;
  };
  std::vector<std::unique_ptr<Worker>> all(workers_);
  const std::size_t rows = lattice_.rows_, row = lattice_.terms_.back().first_row;
  const Kernels& use = kernels();
  const auto embed = [&](std::size_t tile, unsigned worker) {
    auto& mine = all[worker];
    if (!mine) {
      mine = std::make_unique<Worker>(Worker{EmbedScratch(tiling_.max_points(), plan.dimensions),
                                             TileVertices<Words>(plan, tiling_.max_points())});
    }
    const std::size_t start = tiling_.start(tile), count = tiling_.size(tile);
    features.fill(tiling_, tile, mine->scratch.features.data(), mine->scratch.stride);
    use.lattice_embed(plan, mine->scratch.features.data(), count, mine->scratch.block());
    mine->vertices.add(mine->scratch.block(), count, tile_slots_[tile],
                       &lattice_.point_slots_[start * rows + row], &lattice_.weights_[start * rows + row],
                       rows, touched[tile]);
    numbering.ready(tile);
  };
  if (const Status status = parallel_steps(tiling_.tiles(), workers_, control_, embed); status != Status::kOk)
    return status;
  numbering.finish();
  return Status::kOk;
}

// The classic implementation works on blocks of 4 points and fills the last one with zero features, whose
// vertices join the lattice: nothing is splatted there, but the blur passes through. Without them a picture
// of odd size would differ from the published numbers.
template <std::size_t Words>
void LatticeBuilder::add_padding(const EmbedPlan& plan, VertexTable<Words>& table) const {
  EmbedScratch scratch(1, plan.dimensions);
  kernels().lattice_embed(plan, scratch.features.data(), 1, scratch.block());
  Key<Words> vertex{};
  for (std::size_t w = 0; w < plan.words; ++w) vertex.words[w] = scratch.base[w * scratch.stride];
  for (std::size_t k = 0;; ++k) {
    table.insert(vertex);
    if (k == plan.dimensions) break;
    vertex = vertex + axis_step<Words>(plan, scratch.order[k / 6 * scratch.stride] >> (5 * (k % 6)) & 31);
  }
}

template <std::size_t Words>
Status LatticeBuilder::link_axes(const EmbedPlan& plan, const std::vector<Key<Words>>& keys,
                                 LatticeTerm& term) const {
  std::vector<Chains> axes(plan.dimensions + 1);
  const SortedVertices<Words> sorted(keys);
  const Status status = parallel_steps(axes.size(), workers_, control_, [&](std::size_t axis, unsigned) {
    axes[axis] = make_chains(sorted.neighbours(axis_step<Words>(plan, axis)));
  });
  if (status != Status::kOk) return status;
  std::vector<std::uint32_t> block_of;
  for (std::span<const Chains> rest = axes; !rest.empty();) {
    const std::size_t count = axes_together(rest, keys.size(), block_of);
    term.groups.push_back(make_axis_group(rest.first(count), block_of));
    rest = rest.subspan(count);
  }
  return Status::kOk;
}

// Slots of all terms, tile by tile.
void LatticeBuilder::collect_slots() {
  const std::size_t tiles = tiling_.tiles();
  std::size_t slots = 0;
  for (const std::size_t count : tile_slots_) slots += count;
  lattice_.first_slots_.clear();
  lattice_.first_slots_.reserve(tiles * terms_.size() + 1);
  lattice_.slot_cells_.clear();
  lattice_.slot_cells_.reserve(slots);
  lattice_.ones_.clear();
  for (std::size_t tile = 0; tile < tiles; ++tile) {
    for (TermSlots& term : terms_) {
      lattice_.first_slots_.push_back(lattice_.slot_cells_.size());
      const auto& vertices = term.vertices[tile];
      const auto& ones = term.ones[tile];
      lattice_.slot_cells_.insert(lattice_.slot_cells_.end(), vertices.begin(), vertices.end());
      lattice_.ones_.insert(lattice_.ones_.end(), ones.begin(), ones.end());
    }
  }
  lattice_.first_slots_.push_back(slots);
  lattice_.max_tile_slots_ =
      tile_slots_.empty() ? 0 : *std::max_element(tile_slots_.begin(), tile_slots_.end());
}

// A vertex that one tile touches lives in its slot; the others, and those of the padding that none touches,
// follow behind all slots. Slots and chains, which named vertices so far, name cells from here on.
Status LatticeBuilder::place_vertices() {
  const std::size_t slots = lattice_.slots();
  std::vector<std::uint32_t> touches(lattice_.vertices_), cells(lattice_.vertices_);
  for (const std::uint32_t vertex : lattice_.slot_cells_) ++touches[vertex];
  auto& offsets = lattice_.merge_offsets_;
  offsets.assign(1, 0);
  for (std::size_t v = 0; v < cells.size(); ++v) {
    if (touches[v] == 1) continue;
    cells[v] = static_cast<std::uint32_t>(slots + offsets.size() - 1);
    offsets.push_back(offsets.back() + touches[v]);
  }
  if (lattice_.cells() >= kChainEnd) return Status::kTooLarge;
  lattice_.ones_.resize(lattice_.cells());

  lattice_.merge_slots_.resize(offsets.back());
  std::vector<std::uint32_t> next(offsets.begin(), offsets.end() - 1);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    std::uint32_t& vertex = lattice_.slot_cells_[slot];
    if (touches[vertex] == 1)
      cells[vertex] = static_cast<std::uint32_t>(slot);
    else
      lattice_.merge_slots_[next[cells[vertex] - slots]++] = static_cast<std::uint32_t>(slot);
    vertex = cells[vertex];
  }
  std::vector<std::pair<AxisGroup*, const std::uint32_t*>> groups;  // with the cells of the term's vertices
  for (LatticeTerm& term : lattice_.terms_) {
    for (AxisGroup& group : term.groups) groups.emplace_back(&group, cells.data() + term.first_vertex);
  }
  return parallel_steps(groups.size(), workers_, control_, [&](std::size_t at, unsigned) {
    const auto [group, cell_of] = groups[at];
    for (std::uint32_t& link : group->chains) link = cell_of[link & ~kChainEnd] | (link & kChainEnd);
  });
}

}  // namespace densecrf
