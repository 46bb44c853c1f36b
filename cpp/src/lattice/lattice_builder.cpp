#include "lattice/lattice_builder.h"

#include <algorithm>

#include "base/fault_in.h"
#include "base/parallel_steps.h"

namespace densecrf {

Status LatticeBuilder::build(std::span<const Features> features) {
  Status status = start(features);
  if (status == Status::kOk) status = embed_tiles();
  if (status == Status::kOk) status = link_terms();
  if (status != Status::kOk) return status;
  collect_slots();
  return place_vertices();
}

Status LatticeBuilder::start(std::span<const Features> features) {
  const std::size_t rows = lattice_.rows_ = Lattice::rows_for(features);
  lattice_.point_slots_.reserve_for(tiling_.points() * rows);
  lattice_.weights_.reserve_for(tiling_.points() * rows);
  fault_in(std::span(lattice_.weights_.begin(), lattice_.weights_.end()), workers_);
  lattice_.terms_.clear();
  lattice_.terms_.reserve(features.size());
  std::size_t row = 0;
  for (const Features& term : features) {
    const std::optional<EmbedPlan> plan = make_embed_plan(term.bounds());
    if (!plan) return Status::kOutOfRange;
    lattice_.terms_.push_back({plan->dimensions, row, 0, 0, {}});
    const TermBuilder::Columns columns{&lattice_.point_slots_[row], &lattice_.weights_[row], rows};
    terms_.push_back(make_term_builder(term, *plan, tiling_, workers_, columns, lattice_.terms_.back()));
    row += plan->dimensions + 1;
  }
  return Status::kOk;
}

Status LatticeBuilder::embed_tiles() {
  return parallel_steps(tiling_.tiles(), workers_, control_, [&](std::size_t tile, unsigned worker) {
    std::size_t slots = 0;
    for (const auto& term : terms_) slots += term->embed(tile, worker, slots);
  });
}

Status LatticeBuilder::link_terms() {
  const auto for_terms = [&](void (TermBuilder::*step)()) {
    return parallel_steps(terms_.size(), workers_, control_,
                          [&](std::size_t term, unsigned) { (*terms_[term].*step)(); });
  };
  std::vector<std::pair<TermBuilder*, std::size_t>> axes;
  for (std::size_t k = 0; k < terms_.size(); ++k) {
    for (std::size_t axis = 0; axis <= lattice_.terms_[k].dimensions; ++axis)
      axes.emplace_back(terms_[k].get(), axis);
  }
  Status status = for_terms(&TermBuilder::sort_vertices);
  if (status == Status::kOk) {
    status = parallel_steps(axes.size(), workers_, control_,
                            [&](std::size_t at, unsigned) { axes[at].first->link(axes[at].second); });
  }
  return status == Status::kOk ? for_terms(&TermBuilder::finish) : status;
}

// Slots of all terms, tile by tile, and vertices numbered over all terms.
void LatticeBuilder::collect_slots() {
  lattice_.vertices_ = 0;
  for (LatticeTerm& term : lattice_.terms_) {
    term.first_vertex = lattice_.vertices_;
    lattice_.vertices_ += term.vertices;
  }
  lattice_.first_slots_.clear();
  lattice_.first_slots_.reserve(tiling_.tiles() * terms_.size() + 1);
  lattice_.max_tile_slots_ = 0;
  std::size_t slots = 0;
  for (std::size_t tile = 0; tile < tiling_.tiles(); ++tile) {
    const std::size_t before = slots;
    for (const auto& term : terms_) {
      lattice_.first_slots_.push_back(slots);
      slots += term->tiles()[tile].vertices.size();
    }
    lattice_.max_tile_slots_ = std::max(lattice_.max_tile_slots_, slots - before);
  }
  lattice_.first_slots_.push_back(slots);
  lattice_.slot_cells_.clear();
  lattice_.slot_cells_.reserve(slots);
  lattice_.ones_.clear();
  lattice_.ones_.reserve(slots);
  for (std::size_t tile = 0; tile < tiling_.tiles(); ++tile) {
    for (std::size_t k = 0; k < terms_.size(); ++k) {
      const auto& [vertices, ones] = terms_[k]->tiles()[tile];
      const auto first = static_cast<std::uint32_t>(lattice_.terms_[k].first_vertex);
      for (const std::uint32_t vertex : vertices) lattice_.slot_cells_.push_back(first + vertex);
      lattice_.ones_.insert(lattice_.ones_.end(), ones.begin(), ones.end());
    }
  }
}

// A vertex that one tile touches lives in its slot; the others, and those of the padding that none touches,
// follow behind all slots. Slots and chains, which named vertices so far, name cells from here on.
Status LatticeBuilder::place_vertices() {
  if (lattice_.vertices_ >= kChainEnd) return Status::kTooLarge;
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
