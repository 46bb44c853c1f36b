#pragma once
// A matrix of weights, and what follows it, as the matrix kernel wants them.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/buffer.h"
#include "densecrf/layer.h"
#include "kernels/kernels.h"

namespace densecrf {

struct Panel {
  std::size_t first;    ///< its first column
  std::size_t width;    ///< with the padding
  std::size_t columns;  ///< without
};

/// As few panels as possible, of nearly equal width. Only the last has padding, so that the panels before
/// one hold `first` columns together.
[[nodiscard]] std::vector<Panel> cut_into_panels(std::size_t columns, const PanelShape& shape);

/// Their widths together.
[[nodiscard]] std::size_t padded_columns(std::size_t columns, const Kernels& kernels);

/// Number (k, j) of tap t is data[t * tap_stride + k * row_stride + j * column_stride].
struct WeightView {
  const float* data;
  std::size_t taps, depth, columns;
  std::size_t tap_stride, row_stride, column_stride;
};

/// A filter [taps, depth, columns], and the same read as [taps, columns, depth].
[[nodiscard]] WeightView view_filter(std::span<const float> filter, std::size_t taps, std::size_t depth,
                                     std::size_t columns) noexcept;
[[nodiscard]] WeightView view_transposed(std::span<const float> filter, std::size_t taps, std::size_t depth,
                                         std::size_t columns) noexcept;

/// Weights as [panel][tap][depth][width], padded with zeros, and the epilogue's arrays, padded as well.
class PackedWeights {
 public:
  PackedWeights(const WeightView& weights, const Epilogue& epilogue, const Kernels& kernels);

  [[nodiscard]] std::span<const Panel> panels() const noexcept { return panels_; }
  [[nodiscard]] const float* data(const Panel& panel) const noexcept {
    return data_.data() + panel.first * rows_;
  }
  /// How many rows of them are best multiplied at a time.
  [[nodiscard]] std::size_t deepest() const noexcept { return deepest_; }
  [[nodiscard]] EpilogueRow epilogue(const Panel& panel) const noexcept {
    return {bias_.data() + panel.first, activation_, slope_, slopes_.data() + panel.first};
  }
  [[nodiscard]] std::size_t bytes() const noexcept {
    return data_.bytes() + bias_.bytes() + slopes_.bytes() + panels_.size() * sizeof(Panel);
  }

 private:
  std::vector<Panel> panels_;
  std::size_t rows_, deepest_;
  Activation activation_;
  float slope_;
  Buffer<float> data_, bias_, slopes_;
};

/// Sums of a panel that begin with an addend.
/// @param offsets of each row's output, in floats of an output with `out_stride` floats to a pixel
/// @param sums    [count, panel.width]
void load_addend(const Addend& addend, const Panel& panel, std::span<const std::int32_t> offsets,
                 std::size_t out_stride, float* sums) noexcept;

}  // namespace densecrf
