#pragma once
// A depthwise convolution made ready to run: its filter and epilogue, padded, and its grid.
#include <cstddef>
#include <span>

#include "base/buffer.h"
#include "conv/depthwise_grid.h"
#include "densecrf/layer.h"
#include "kernels/kernels.h"

namespace densecrf {

class DepthwiseLayer {
 public:
  struct Sizes {
    TapAxis y, x;
    std::size_t channels, multiplier;  ///< of the input; output channels for each of them
    /// Lines in a band; 0: by the size of the input's rows.
    std::size_t band = 0;
  };
  /// @param filter [y.taps, x.taps, channels, multiplier]
  DepthwiseLayer(const Sizes& sizes, std::span<const float> filter, const Epilogue& epilogue);

  [[nodiscard]] const DepthwiseGrid& grid() const noexcept { return grid_; }
  [[nodiscard]] std::size_t input_floats() const noexcept;  ///< of one image
  [[nodiscard]] std::size_t out_pixels() const noexcept;
  /// A pass without input, output, pixel_step, lines and runs.
  [[nodiscard]] DepthwisePass pass() const noexcept;
  /// Makes the lines and runs of a pass.
  void make(const DepthwisePass& pass) const noexcept;
  /// Makes the outputs of a unit of one image into rows of `tile`, `pitch` floats apart, and says which pixel
  /// each of them is.
  /// @returns how many
  std::size_t make_tile(std::size_t unit, const float* image, float* tile, std::size_t pitch,
                        std::int32_t* pixels) const noexcept;
  /// Adds to `sums`, an array like the filter, what the lines and runs of a pass, whose output is not used,
  /// add to the filter's gradient.
  void add_filter_gradient(const DepthwisePass& pass, const float* out_gradient, float* sums) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  Sizes sizes_;
  Buffer<float> filter_, bias_, slopes_;
  EpilogueRow epilogue_;
  DepthwiseGrid grid_;
};

/// One of the units of all images, of which each has those of all layers.
struct UnitPlace {
  const DepthwiseLayer* layer;
  std::size_t image, unit;
};
[[nodiscard]] std::size_t units_of(std::span<const DepthwiseLayer> layers) noexcept;
[[nodiscard]] UnitPlace place_of(std::span<const DepthwiseLayer> layers, std::size_t unit) noexcept;

/// Makes the outputs of all layers, which have the same input and write different pixels.
[[nodiscard]] Status run_depthwise(std::span<const DepthwiseLayer> layers, std::size_t batch,
                                   const float* input, float* output, std::size_t pixel_stride,
                                   const RunControl& control) noexcept;

}  // namespace densecrf
