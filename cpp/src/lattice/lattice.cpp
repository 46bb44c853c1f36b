#include "lattice/lattice.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "lattice/lattice_builder.h"

namespace densecrf {
namespace {

constexpr std::size_t kMergeBlock = 512;  // vertices of one parallel step

}  // namespace

std::size_t Lattice::rows_for(std::span<const Features> features) noexcept {
  std::size_t rows = 0;
  for (const Features& term : features) rows += term.dimensions() + 1;
  return rows;
}

Status Lattice::build(std::span<const Features> features, const Tiling& tiling, unsigned workers,
                      const RunControl& control) noexcept {
  try {
    return LatticeBuilder(*this, tiling, workers, control).build(features);
  } catch (const std::bad_alloc&) {
    return Status::kOutOfMemory;
  }
}

void Lattice::filter(float* cells, std::size_t width, unsigned workers) const noexcept {
  const Kernels& use = kernels();
  const std::size_t shared = this->cells() - slots(), blocks = (shared + kMergeBlock - 1) / kMergeBlock;
  parallel_for(blocks, workers, [&](std::size_t block, unsigned) {
    const std::size_t first = block * kMergeBlock, last = std::min(first + kMergeBlock, shared);
    use.merge_rows(cells, merge_offsets_.data(), merge_slots_.data(), first, last, width,
                   cells + slots() * width);
  });
  std::size_t axes = 0;
  for (const LatticeTerm& term : terms_) axes = std::max(axes, term.axes.size());
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::size_t steps = 0;
    for (const LatticeTerm& term : terms_) {
      if (axis < term.axes.size()) steps += term.axes[axis].block_starts.size() - 1;
    }
    parallel_for(steps, workers, [&](std::size_t step, unsigned) {
      for (const LatticeTerm& term : terms_) {
        if (axis >= term.axes.size()) continue;
        const AxisChains& chains = term.axes[axis];
        if (step >= chains.block_starts.size() - 1) {
          step -= chains.block_starts.size() - 1;
          continue;
        }
        const std::size_t first = chains.block_starts[step], last = chains.block_starts[step + 1];
        use.blur_chains(chains.cells.data() + first, last - first, width, cells);
        return;
      }
    });
  }
}

std::size_t Lattice::bytes() const noexcept {
  std::size_t bytes = point_slots_.bytes() + weights_.bytes() + ones_.capacity() * sizeof(float) +
                      first_slots_.capacity() * sizeof(std::size_t) +
                      (slot_cells_.capacity() + merge_offsets_.capacity() + merge_slots_.capacity()) * 4;
  for (const LatticeTerm& term : terms_) {
    for (const AxisChains& chains : term.axes) bytes += chains.cells.capacity() * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace densecrf
