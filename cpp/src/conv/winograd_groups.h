#pragma once
// Tiles in the order in which they are made, and the rows that their products become.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "conv/winograd_tiling.h"

namespace densecrf::winograd {

struct Tile {
  std::uint32_t image, y, x;  ///< of its first output
  std::uint8_t outputs_y, outputs_x;
};

/// Tiles of the same forms: product p of the i-th of them is row rows[p] + i.
struct Run {
  WinogradForms forms;
  std::size_t group, first, count;  ///< tiles
  std::vector<std::uint32_t> rows;
};

/// Rows that share weights.
struct SlotRows {
  std::size_t slot, first, count;
};

/// Rows that one task multiplies.
struct Group {
  std::size_t first_run, last_run;
  std::vector<SlotRows> slots;
  std::size_t rows = 0;
  std::size_t before = 0;  ///< rows of the groups before it that are transformed at the same time
};

struct Groups {
  std::vector<Tile> tiles;
  std::vector<Run> runs;
  std::vector<Group> groups;
  std::vector<std::size_t> passes;  ///< first group of each, and the end: groups transformed at the same time

  Groups(const ConvShape& shape, const Tiling& tiling, const Portions& portions);

  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void add_tiles(const ConvShape& shape, const Patch& patch);
  void add_groups(std::size_t rows, const Portions& portions);
  void number_rows(Group& group, const std::vector<Slot>& slots);
};

}  // namespace densecrf::winograd
