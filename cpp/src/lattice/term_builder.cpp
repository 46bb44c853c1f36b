#include "lattice/term_builder.h"

#include <algorithm>
#include <optional>

#include "base/in_order.h"
#include "lattice/sorted_vertices.h"
#include "lattice/tile_vertices.h"
#include "lattice/vertex_table.h"

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

template <std::size_t Words>
class PackedTermBuilder final : public TermBuilder {
 public:
  PackedTermBuilder(const Features& features, const EmbedPlan& plan, const Tiling& tiling, unsigned workers,
                    const Columns& columns, LatticeTerm& term)
      : TermBuilder(tiling.tiles()),
        features_(features),
        plan_(plan),
        tiling_(tiling),
        columns_(columns),
        term_(term),
        table_(std::min<std::size_t>(tiling.points() / 8, 1 << 16)),
        touched_(tiling.tiles()),
        numbering_(tiling.tiles(), Number{*this}),
        workers_(workers),
        axes_(plan.dimensions + 1) {}

  std::size_t embed(std::size_t tile, unsigned worker, std::size_t first) override {
    auto& mine = workers_[worker];
    if (!mine) {
      mine = std::make_unique<Worker>(Worker{EmbedScratch(tiling_.max_points(), plan_.dimensions),
                                             TileVertices<Words>(plan_, tiling_.max_points())});
    }
    const std::size_t start = tiling_.start(tile) * columns_.stride, count = tiling_.size(tile);
    features_.fill(tiling_, tile, mine->scratch.features.data(), mine->scratch.stride);
    kernels().lattice_embed(plan_, mine->scratch.features.data(), count, mine->scratch.block());
    mine->vertices.add(mine->scratch.block(), count, first, columns_.slots + start, columns_.weights + start,
                       columns_.stride, touched_[tile]);
    const std::size_t slots = touched_[tile].keys.size();
    numbering_.ready(tile);
    return slots;
  }

  void sort_vertices() override {
    numbering_.finish();
    if (tiling_.points() % 4 != 0) add_padding();
    workers_.clear();
    term_.vertices = table_.size();
    sorted_.emplace(table_.keys());
    grouper_.emplace(term_.vertices, term_.groups);
    grouping_.emplace(axes_.size(), Group{*this});
  }

  void link(std::size_t axis) override {
    axes_[axis] = make_chains(sorted_->neighbours(axis_step<Words>(plan_, axis)));
    grouping_->ready(axis);
  }

  void finish() override {
    grouping_->finish();
    grouper_->finish();
    grouping_.reset();
    sorted_.reset();
  }

 private:
  struct Worker {
    EmbedScratch scratch;
    TileVertices<Words> vertices;
  };
  struct Number {
    PackedTermBuilder& builder;
    void operator()(std::size_t tile) const { builder.number(tile); }
  };
  struct Group {
    PackedTermBuilder& builder;
    void operator()(std::size_t axis) const { builder.grouper_->add(std::move(builder.axes_[axis])); }
  };

  // Vertices are numbered in the order of the tiles, whatever the order in which those are embedded.
  void number(std::size_t tile) {
    const auto& keys = touched_[tile].keys;
    auto& [vertices, ones] = tiles_[tile];
    vertices.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (i + kLookAhead < keys.size()) table_.prefetch(keys[i + kLookAhead]);
      vertices.push_back(table_.insert(keys[i]));
    }
    ones = std::move(touched_[tile].ones);
    touched_[tile] = {};
  }

  // The classic implementation works on blocks of 4 points and fills the last one with zero features, whose
  // vertices join the lattice: nothing is splatted there, but the blur passes through. Without them a picture
  // of odd size would differ from the published numbers.
  void add_padding() {
    EmbedScratch scratch(1, plan_.dimensions);
    kernels().lattice_embed(plan_, scratch.features.data(), 1, scratch.block());
    Key<Words> vertex{};
    for (std::size_t w = 0; w < plan_.words; ++w) vertex.words[w] = scratch.base[w * scratch.stride];
    for (std::size_t k = 0;; ++k) {
      table_.insert(vertex);
      if (k == plan_.dimensions) break;
      vertex = vertex + axis_step<Words>(plan_, scratch.order[k / 6 * scratch.stride] >> (5 * (k % 6)) & 31);
    }
  }

  const Features& features_;
  const EmbedPlan plan_;
  const Tiling& tiling_;
  const Columns columns_;
  LatticeTerm& term_;
  VertexTable<Words> table_;
  std::vector<TouchedVertices<Words>> touched_;
  InOrder<Number> numbering_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<SortedVertices<Words>> sorted_;
  std::vector<Chains> axes_;
  std::optional<AxisGrouper> grouper_;
  std::optional<InOrder<Group>> grouping_;
};

}  // namespace

std::unique_ptr<TermBuilder> make_term_builder(const Features& features, const EmbedPlan& plan,
                                               const Tiling& tiling, unsigned workers,
                                               const TermBuilder::Columns& columns, LatticeTerm& term) {
  if (plan.words == 1)
    return std::make_unique<PackedTermBuilder<1>>(features, plan, tiling, workers, columns, term);
  return std::make_unique<PackedTermBuilder<kKeyWords>>(features, plan, tiling, workers, columns, term);
}

}  // namespace densecrf
