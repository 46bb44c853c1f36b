#pragma once
// The vertices that one tile touches. A tile's points share most of them, so this small table, which
// stays in the nearest cache, meets every point, and the lattice's large one only the tile's vertices.
#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "kernels/kernels.h"
#include "lattice/key.h"

namespace densecrf {

/// What a tile leaves behind for one lattice: its vertices, in the order of first touch.
template <std::size_t Words>
struct TouchedVertices {
  std::vector<Key<Words>> keys;
  std::vector<float> ones;  ///< sum of the tile's splat weights
};

template <std::size_t Words>
class TileVertices {
 public:
  TileVertices(const EmbedPlan& plan, std::size_t max_points)
      : plan_(plan),
        keys_(max_points * (plan.dimensions + 1)),
        ones_(keys_.size()),
        simplices_(kSimplices),
        entries_(kFewest, Entry{{}, kNone}) {
    for (std::size_t axis = 0; axis <= plan.dimensions; ++axis) steps_[axis] = axis_step<Words>(plan, axis);
  }

  /// Writes, for each of `count` embedded points, the slots (first_slot + number within the tile) and
  /// weights of its dimensions + 1 vertices; both rows are `stride` apart.
  void add(const SimplexBlock& block, std::size_t count, std::size_t first_slot, std::uint16_t* slots,
           float* weights, std::size_t stride, TouchedVertices<Words>& touched) {
    clear();
    number(block, count, first_slot, slots, weights, stride);
    touched.keys.assign(keys_.begin(), keys_.begin() + vertices_);
    touched.ones.assign(ones_.begin(), ones_.begin() + vertices_);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::size_t kSimplices = 256, kFewest = 1024;

  struct Entry {
    Key<Words> key;
    std::uint32_t slot;
  };
  /// A recent simplex and the point that met it first: its slots are this point's too.
  struct Simplex {
    Key<Words> base;
    std::uint32_t order[kOrderWords];
    std::uint32_t point = kNone;
  };

  void number(const SimplexBlock& block, std::size_t count, std::size_t first_slot, std::uint16_t* slots,
              float* weights, std::size_t stride) {
    switch (Words == 1 ? plan_.dimensions : 0) {
      case 1:
        return number_all<1>(block, count, first_slot, slots, weights, stride);
      case 2:
        return number_all<2>(block, count, first_slot, slots, weights, stride);
      case 3:
        return number_all<3>(block, count, first_slot, slots, weights, stride);
      case 4:
        return number_all<4>(block, count, first_slot, slots, weights, stride);
      case 5:
        return number_all<5>(block, count, first_slot, slots, weights, stride);
      case 6:
        return number_all<6>(block, count, first_slot, slots, weights, stride);
      default:
        return number_all<0>(block, count, first_slot, slots, weights, stride);
    }
  }

  template <std::size_t D>
  void number_all(const SimplexBlock& block, std::size_t count, std::size_t first_slot, std::uint16_t* slots,
                  float* weights, std::size_t stride) {
    const std::size_t d = D != 0 ? D : plan_.dimensions;
    const std::uint16_t* same = slots;
    for (std::size_t p = 0; p < count; ++p, slots += stride, weights += stride) {
      if (p == 0 || !is_like_previous(block, p)) {
        Simplex& known = find_simplex(block, p);
        if (known.point == kNone) {
          known.point = static_cast<std::uint32_t>(p);
          Key<Words> vertex = known.base;
          for (std::size_t k = 0;; ++k) {
            slots[k] = static_cast<std::uint16_t>(first_slot + slot_of(vertex));
            if (k == d) break;
            vertex = vertex + steps_[block.order[k / 6 * block.stride + p] >> (5 * (k % 6)) & 31];
          }
        }
        same = slots - (p - known.point) * stride;
      }
      float* __restrict ones = ones_.data();
      for (std::size_t k = 0; k <= d; ++k) {
        const float weight = block.weights[k * block.stride + p];
        const std::uint16_t slot = same[k];
        slots[k] = slot;
        weights[k] = weight;
        ones[slot - first_slot] += weight;
      }
    }
  }

  /// Whether a point lies in the simplex of the one before it, as most do.
  [[nodiscard]] bool is_like_previous(const SimplexBlock& block, std::size_t p) const noexcept {
    bool same = true;
    for (std::size_t w = 0; w < Words && w < plan_.words; ++w) {
      const std::uint64_t* base = block.base + w * block.stride + p;
      same = same && base[0] == base[-1];
    }
    const std::size_t order_words = (plan_.dimensions + 5) / 6;
    for (std::size_t w = 0; w < order_words; ++w) {
      const std::uint32_t* order = block.order + w * block.stride + p;
      same = same && order[0] == order[-1];
    }
    return same;
  }

  /// The cached simplex of a point; its `point` is kNone if the point is the first one met in it lately.
  Simplex& find_simplex(const SimplexBlock& block, std::size_t p) noexcept {
    Key<Words> base;
    for (std::size_t w = 0; w < Words; ++w)
      base.words[w] = w < plan_.words ? block.base[w * block.stride + p] : 0;
    const auto order = [&](std::size_t w) { return block.order[w * block.stride + p]; };
    const std::size_t order_words = (plan_.dimensions + 5) / 6;
    std::uint64_t mixed = base.hash();
    for (std::size_t w = 0; w < order_words; ++w) mixed = (mixed ^ order(w)) * 0x9E3779B97F4A7C15ULL;

    Simplex& known = simplices_[mixed >> 56];
    bool same = known.point != kNone && known.base == base;
    for (std::size_t w = 0; w < order_words; ++w) same = same && known.order[w] == order(w);
    if (same) return known;
    known.base = base;
    for (std::size_t w = 0; w < order_words; ++w) known.order[w] = order(w);
    known.point = kNone;
    return known;
  }

  std::size_t slot_of(const Key<Words>& key) {
    for (std::size_t at = home(key);; at = (at + 1) & (entries_.size() - 1)) {
      Entry& entry = entries_[at];
      if (entry.slot == kNone) {
        const std::size_t slot = vertices_++;
        entry = {key, static_cast<std::uint32_t>(slot)};
        keys_[slot] = key;
        ones_[slot] = 0;
        if (2 * vertices_ > entries_.size()) grow();
        return slot;
      }
      if (entry.key == key) return entry.slot;
    }
  }
  [[nodiscard]] std::size_t home(const Key<Words>& key) const noexcept {
    return key.hash() & (entries_.size() - 1);
  }
  // Most tiles touch few vertices: a table no larger than they need stays in the nearest cache.
  void grow() {
    entries_.assign(2 * entries_.size(), Entry{{}, kNone});
    for (std::size_t slot = 0; slot < vertices_; ++slot) {
      std::size_t at = home(keys_[slot]);
      while (entries_[at].slot != kNone) at = (at + 1) & (entries_.size() - 1);
      entries_[at] = {keys_[slot], static_cast<std::uint32_t>(slot)};
    }
  }

  void clear() noexcept {
    for (Entry& entry : entries_) entry.slot = kNone;
    for (Simplex& simplex : simplices_) simplex.point = kNone;
    vertices_ = 0;
  }

  EmbedPlan plan_;
  std::array<Key<Words>, kMaxDimensions + 1> steps_{};
  Buffer<Key<Words>> keys_;  // of the tile's vertices, and the sums of their weights
  Buffer<float> ones_;
  std::size_t vertices_ = 0;
  std::vector<Simplex> simplices_;
  std::vector<Entry> entries_;
};

}  // namespace densecrf
