#include "conv/winograd_weights.h"

#include <algorithm>

#include "base/thread_pool.h"

namespace densecrf::winograd {
namespace {

constexpr std::size_t kMostLanes = 16;

std::vector<Block> blocks_of(const std::vector<Panel>& panels, std::size_t columns) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < panels.size(); ++i) {
    if (blocks.empty() || blocks.back().columns + panels[i].width > columns) blocks.push_back({i, i, 0});
    blocks.back().last = i + 1;
    blocks.back().columns += panels[i].width;
  }
  return blocks;
}

}  // namespace

Weights::Weights(const ConvShape& shape, const Budget& budget, const Portions& portions,
                 const std::vector<Slot>& slots, std::span<const float> filter)
    : channels_(shape.input.channels),
      out_channels_(shape.out_channels),
      depth_(budget.depth),
      slots_(slots),
      panels_(cut_into_panels(shape.out_channels, {budget.lanes, budget.widest})),
      blocks_(blocks_of(panels_, portions.columns)),
      packed_(slots.size() * channels_ * budget.columns) {
  parallel_for(blocks_.size() * channels_, portions.workers, [&](std::size_t index, unsigned) noexcept {
    const std::size_t b = index / channels_, channel = index % channels_;
    for (std::size_t p = blocks_[b].first; p < blocks_[b].last; ++p) {
      const auto offset = get(b, 0, channel / depth_, p) - packed_.data();
      transform(filter, channel, p, packed_.data() + offset + channel % depth_ * panels_[p].width,
                channels_ * blocks_[b].columns);
    }
  });
}

const float* Weights::get(std::size_t block, std::size_t slot, std::size_t chunk,
                          std::size_t panel) const noexcept {
  const Block& columns = blocks_[block];
  const std::size_t before = panels_[columns.first].first,
                    depth = std::min(depth_, channels_ - chunk * depth_);
  return packed_.data() + before * channels_ * slots_.size() +
         (slot * channels_ + chunk * depth_) * columns.columns + (panels_[panel].first - before) * depth;
}

/// B_y w B_x^T for one input channel and one panel.
void Weights::transform(std::span<const float> filter, std::size_t channel, std::size_t panel, float* out,
                        std::size_t slot_stride) const noexcept {
  const auto [first, width, columns] = panels_[panel];
  double half[3][kMostLanes * kPanelVectors];  // B_y w
  std::size_t known = slots_.size();
  for (std::size_t s = 0; s < slots_.size(); ++s, out += slot_stride) {
    const double* along_y = filter_row(slots_[s].y);
    for (std::size_t j = 0; j < 3 && (known == slots_.size() || slots_[known].y != slots_[s].y); ++j) {
      const float* taps = filter.data() + (j * channels_ + channel) * out_channels_ + first;
      const std::size_t row = 3 * channels_ * out_channels_;
      for (std::size_t n = 0; n < columns; ++n) {
        half[j][n] = along_y[0] * static_cast<double>(taps[n]) +
                     along_y[1] * static_cast<double>(taps[row + n]) +
                     along_y[2] * static_cast<double>(taps[2 * row + n]);
      }
    }
    known = s;
    const double* along_x = filter_row(slots_[s].x);
    for (std::size_t n = 0; n < columns; ++n)
      out[n] =
          static_cast<float>(along_x[0] * half[0][n] + along_x[1] * half[1][n] + along_x[2] * half[2][n]);
    std::fill(out + columns, out + width, 0.0F);
  }
}

}  // namespace densecrf::winograd
