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
  std::size_t passes = 0;
  for (const LatticeTerm& term : terms_) passes = std::max(passes, term.groups.size());
  for (std::size_t pass = 0; pass < passes; ++pass) blur(pass, cells, width, workers);
}

// The groups with this number of all terms, side by side.
void Lattice::blur(std::size_t pass, float* cells, std::size_t width, unsigned workers) const noexcept {
  const Kernels& use = kernels();
  std::size_t blocks = 0;
  for (const LatticeTerm& term : terms_) {
    if (pass < term.groups.size()) blocks += term.groups[pass].blocks();
  }
  parallel_for(blocks, workers, [&](std::size_t block, unsigned) {
    for (const LatticeTerm& term : terms_) {
      if (pass >= term.groups.size()) continue;
      const AxisGroup& group = term.groups[pass];
      if (block >= group.blocks()) {
        block -= group.blocks();
        continue;
      }
      for (std::size_t axis = block * group.axes; axis < (block + 1) * group.axes; ++axis) {
        const std::size_t first = group.starts[axis], last = group.starts[axis + 1];
        use.blur_chains(group.chains.data() + first, last - first, width, cells);
      }
      return;
    }
  });
}

std::size_t Lattice::bytes() const noexcept {
  std::size_t bytes = point_slots_.bytes() + weights_.bytes() + ones_.capacity() * sizeof(float) +
                      first_slots_.capacity() * sizeof(std::size_t) +
                      (slot_cells_.capacity() + merge_offsets_.capacity() + merge_slots_.capacity()) * 4;
  for (const LatticeTerm& term : terms_) {
    for (const AxisGroup& group : term.groups) {
      bytes +=
          group.chains.capacity() * sizeof(std::uint32_t) + group.starts.capacity() * sizeof(std::size_t);
    }
  }
  return bytes;
}

}  // namespace densecrf
