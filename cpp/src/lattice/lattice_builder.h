#pragma once
// Building a lattice of several terms: embed all tiles, sort and link the vertices of each term, give every
// vertex its cell. Each step is parallel over the terms and what they are made of; nothing depends on
// threads.
#include <memory>

#include "lattice/lattice.h"
#include "lattice/term_builder.h"

namespace densecrf {

class LatticeBuilder {
 public:
  LatticeBuilder(Lattice& lattice, const Tiling& tiling, unsigned workers, const RunControl& control) noexcept
      : lattice_(lattice), tiling_(tiling), workers_(workers), control_(control) {}

  [[nodiscard]] Status build(std::span<const Features> features);

 private:
  [[nodiscard]] Status start(std::span<const Features> features);
  [[nodiscard]] Status embed_tiles();
  [[nodiscard]] Status link_terms();
  void collect_slots();
  [[nodiscard]] Status place_vertices();

  Lattice& lattice_;
  const Tiling& tiling_;
  unsigned workers_;
  const RunControl& control_;
  std::vector<std::unique_ptr<TermBuilder>> terms_;
};

}  // namespace densecrf
