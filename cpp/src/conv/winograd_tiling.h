#pragma once
// Which schemes a 3x3 convolution uses: its phase grids cut into parts along each axis.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "densecrf/conv.h"
#include "kernels/winograd.h"

namespace densecrf::winograd {

/// Consecutive outputs of one phase of one axis.
struct Part {
  Form form;
  std::size_t start;    ///< coordinate of the first output
  std::size_t outputs;  ///< at most the form's; what goes beyond is not stored
};

/// Tiles that are cut alike: all pairs of these parts.
struct Patch {
  std::vector<Part> ys, xs;
};

/// The weights of one product: numbers of filter rows along y and x.
struct Slot {
  std::uint8_t y, x;
};

struct Tiling {
  std::vector<Patch> patches;
  std::vector<Slot> slots;  ///< all that the patches' products use, each once
  std::size_t tiles = 0;
  std::size_t rows = 0;  ///< products of all pictures, per pair of an input and an output channel
  double time = 0;       ///< in multiplications at full speed
};

/// How much is done at a time.
struct Portions {
  unsigned workers;
  std::size_t rows;        ///< transformed, one chunk of channels; 0 where the limit on memory allows none
  std::size_t group_rows;  ///< multiplied by one task, at most,
  std::size_t columns;     ///< with so many columns
  std::size_t bytes;       ///< of the plan
};

/// How input channels and output columns are cut for the matrix kernel, and what memory is there for.
struct Budget {
  explicit Budget(const ConvShape& shape, const PlanOptions& options) noexcept;

  std::size_t lanes, widest;  ///< of panels
  std::size_t columns;        ///< output channels, padded to `lanes`
  std::size_t chunks, depth;  ///< input channels, in pieces of at most `depth`
  std::size_t row_stride;     ///< of transformed inputs, in floats, for one chunk
  std::size_t limit;          ///< bytes

  /// For at most so many workers: fewer where the limit asks for it, but one wherever one fits.
  [[nodiscard]] Portions portions(const Tiling& tiling, unsigned workers) const noexcept;

 private:
  [[nodiscard]] Portions most_rows(const Tiling& tiling, unsigned workers) const noexcept;
  [[nodiscard]] Portions portions_of(const Tiling& tiling, std::size_t rows, unsigned workers) const noexcept;
};

/// What direct convolution takes, in multiplications at full speed: products, and weights to read.
[[nodiscard]] double direct_time(double products, double weights) noexcept;

/// The tiling that should take the least time within the limit; no rows at a time where there is none.
[[nodiscard]] Tiling choose_tiling(const ConvShape& shape, const Budget& budget);

/// Filter rows are numbered over all forms, equal ones alike: forms share weights.
[[nodiscard]] std::uint8_t filter_id(Form form, std::size_t product) noexcept;
[[nodiscard]] const double* filter_row(std::uint8_t id) noexcept;

}  // namespace densecrf::winograd
