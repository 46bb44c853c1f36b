#pragma once
// Building a lattice, term by term: embed and deduplicate every tile (parallel over tiles) while vertices are
// numbered in the order of the tiles, link neighbours (parallel over axes). Nothing depends on threads.
#include <memory>

#include "lattice/key.h"
#include "lattice/lattice.h"
#include "lattice/tile_vertices.h"
#include "lattice/vertex_table.h"

namespace densecrf {

class LatticeBuilder {
 public:
  LatticeBuilder(Lattice& lattice, const Tiling& tiling, unsigned workers, const RunControl& control) noexcept
      : lattice_(lattice), tiling_(tiling), workers_(workers), control_(control) {}

  [[nodiscard]] Status build(std::span<const Features> features);

 private:
  /// The slots that each tile has for one term, as they become known.
  struct TermSlots {
    explicit TermSlots(std::size_t tiles) : vertices(tiles), ones(tiles) {}

    std::vector<std::vector<std::uint32_t>> vertices;  // [tiles][slots of the tile]
    std::vector<std::vector<float>> ones;
  };

  template <std::size_t Words>
  Status add_term(const Features& features, const EmbedPlan& plan);
  template <std::size_t Words>
  Status embed_tiles(const Features& features, const EmbedPlan& plan, VertexTable<Words>& table,
                     TermSlots& slots);
  template <std::size_t Words>
  void add_padding(const EmbedPlan& plan, VertexTable<Words>& table) const;
  template <std::size_t Words>
  Status link_axes(const EmbedPlan& plan, const std::vector<Key<Words>>& keys, LatticeTerm& term) const;
  void collect_slots();
  [[nodiscard]] Status place_vertices();

  Lattice& lattice_;
  const Tiling& tiling_;
  unsigned workers_;
  const RunControl& control_;
  std::vector<std::size_t> tile_slots_;  // [tiles] so far
  std::vector<TermSlots> terms_;
};

}  // namespace densecrf
