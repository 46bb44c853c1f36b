#pragma once
// Filters transformed and packed in the order in which the products read them.
#include <cstddef>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "conv/packing.h"
#include "conv/winograd_tiling.h"

namespace densecrf::winograd {

/// Panels that one task computes, one after the other, from the same rows.
struct Block {
  std::size_t first, last;  ///< panels
  std::size_t columns;      ///< their widths together
};

class Weights {
 public:
  /// Transforms in double precision. May throw std::bad_alloc.
  Weights(const ConvShape& shape, const Budget& budget, const Portions& portions,
          const std::vector<Slot>& slots, std::span<const float> filter);

  [[nodiscard]] const std::vector<Panel>& panels() const noexcept { return panels_; }
  [[nodiscard]] const std::vector<Block>& blocks() const noexcept { return blocks_; }
  /// [depth of the chunk, width of the panel]
  [[nodiscard]] const float* get(std::size_t block, std::size_t slot, std::size_t chunk,
                                 std::size_t panel) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept { return packed_.bytes(); }

 private:
  void transform(std::span<const float> filter, std::size_t channel, std::size_t panel, float* out,
                 std::size_t slot_stride) const noexcept;

  std::size_t channels_, out_channels_, depth_;
  const std::vector<Slot>& slots_;
  std::vector<Panel> panels_;
  std::vector<Block> blocks_;
  Buffer<float> packed_;  ///< [block, slot, chunk, panel, depth, width]
};

}  // namespace densecrf::winograd
