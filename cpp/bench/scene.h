#pragma once
// A picture of 500 x 375 and its lattices, of the two kernels that DeepLab's field has.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "lattice/key.h"
#include "lattice/lattice.h"

namespace densecrf::bench {

inline constexpr std::size_t kWidth = 500, kHeight = 375, kPoints = kWidth * kHeight;

/// Patches of colour with soft borders and some noise.
inline std::vector<std::uint8_t> picture() {
  std::vector<std::uint8_t> out;
  std::uint32_t noise = 1;
  for (std::size_t i = 0; i < kPoints; ++i) {
    const auto x = static_cast<double>(i % kWidth), y = static_cast<double>(i / kWidth);
    const double patch =
        std::tanh(4 * std::sin(x / 37) * std::cos(y / 29)) + 0.5 * std::tanh(4 * std::sin((x + y) / 61));
    for (int c = 0; c < 3; ++c) {
      noise = noise * 1664525 + 1013904223;
      const double shade = 128 + 60 * patch * std::cos(c + x / 300) + 20 * std::sin(y / 90 + c);
      out.push_back(static_cast<std::uint8_t>(shade + static_cast<double>(noise >> 28) - 8));
    }
  }
  return out;
}

/// The lattices of a picture, and what the kernels that build and merge them read.
struct Scene {
  Tiling tiling{std::vector<std::size_t>{kHeight, kWidth}, Tiling::kTilePoints};
  std::vector<Features> features;
  Lattice lattice;
  std::vector<std::uint32_t> merge_offsets, merge_slots;  ///< the slots of every shared vertex

  Scene() {
    const std::vector<std::size_t> extents{kHeight, kWidth};
    const std::vector<float> near{3, 3}, far{80, 80}, colour{13, 13, 13};
    const auto bytes = picture();
    PairwiseTerm gaussian, bilateral;
    gaussian.position_sigmas = near;
    bilateral.position_sigmas = far;
    bilateral.channel_sigmas = colour;
    bilateral.byte_channels = bytes;
    features = {Features(gaussian, extents, kPoints), Features(bilateral, extents, kPoints)};
    if (lattice.build(features, tiling, 1, {}) != Status::kOk) std::abort();
    invert_slots();
    fill_embedding();
  }

  /// As many bilateral points as the picture has: a tile's, again and again.
  void embed(const Kernels& use) {
    const SimplexBlock block{base_.data(), order_.data(), weights_.data(), kTile};
    for (std::size_t p = 0; p < kPoints; p += kTile) {
      use.lattice_embed(plan_, tile_features_.data(), std::min(kTile, kPoints - p), block);
    }
  }

 private:
  static constexpr std::size_t kTile = Tiling::kTilePoints, kDimensions = 5;

  void invert_slots() {
    const std::size_t slots = lattice.slots();
    merge_offsets.assign(lattice.cells() - slots + 1, 0);
    const auto for_shared = [&](auto visit) {
      for (std::uint32_t s = 0; s < slots; ++s) {
        if (lattice.slot_cells()[s] >= slots) visit(s, lattice.slot_cells()[s] - slots);
      }
    };
    for_shared([&](std::uint32_t, std::size_t vertex) { ++merge_offsets[vertex + 1]; });
    for (std::size_t v = 1; v < merge_offsets.size(); ++v) merge_offsets[v] += merge_offsets[v - 1];
    auto next = merge_offsets;
    merge_slots.resize(merge_offsets.back());
    for_shared([&](std::uint32_t s, std::size_t vertex) { merge_slots[next[vertex]++] = s; });
  }
  void fill_embedding() {
    plan_ = make_embed_plan(features[1].bounds()).value();
    features[1].fill(tiling, 0, tile_features_.data(), kTile);
  }

  EmbedPlan plan_{};
  std::vector<float> tile_features_ = std::vector<float>(kTile * kDimensions);
  std::vector<float> weights_ = std::vector<float>(kTile * (kDimensions + 1));
  std::vector<std::uint64_t> base_ = std::vector<std::uint64_t>(kTile * kKeyWords);
  std::vector<std::uint32_t> order_ = std::vector<std::uint32_t>(kTile * kOrderWords);
};

}  // namespace densecrf::bench
