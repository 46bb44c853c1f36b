#pragma once
// One term's part of building a lattice. Its steps are cut so that those of all terms run side by side.
#include <memory>

#include "lattice/key.h"
#include "lattice/lattice.h"

namespace densecrf {

class TermBuilder {
 public:
  /// Where the term's rows go: columns of a table with all terms' rows for each point.
  struct Columns {
    std::uint16_t* slots;
    float* weights;
    std::size_t stride;
  };

  virtual ~TermBuilder() = default;

  /// Embeds and deduplicates a tile; any order, any thread. @return how many slots it takes from `first` on
  virtual std::size_t embed(std::size_t tile, unsigned worker, std::size_t first) = 0;
  /// Numbers what is left when all tiles are embedded, and sorts the vertices.
  virtual void sort_vertices() = 0;
  /// Finds the neighbours on an axis, and puts axes together that are blurred together; any order, any
  /// thread.
  virtual void link(std::size_t axis) = 0;
  /// To be called when all axes are linked.
  virtual void finish() = 0;

  /// Known once vertices are sorted: the vertex behind each slot of a tile, and what splatting ones gives it.
  struct TileSlots {
    std::vector<std::uint32_t> vertices;
    std::vector<float> ones;
  };
  [[nodiscard]] const std::vector<TileSlots>& tiles() const noexcept { return tiles_; }

 protected:
  explicit TermBuilder(std::size_t tiles) : tiles_(tiles) {}

  std::vector<TileSlots> tiles_;
};

/// @param term receives the number of vertices and the groups of axes
[[nodiscard]] std::unique_ptr<TermBuilder> make_term_builder(const Features& features, const EmbedPlan& plan,
                                                             const Tiling& tiling, unsigned workers,
                                                             const TermBuilder::Columns& columns,
                                                             LatticeTerm& term);

}  // namespace densecrf
