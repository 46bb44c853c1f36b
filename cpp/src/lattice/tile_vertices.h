#pragma once
// The vertices that one tile touches. A tile's points share most of them, so this small table, which
// stays in the nearest cache, meets every point, and the lattice's large one only the tile's vertices.
#include <cstdint>
#include <vector>

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
  TileVertices(const EmbedPlan& plan, std::size_t max_points) : plan_(plan), simplices_(kSimplices) {
    std::size_t capacity = 64;
    while (capacity < 2 * max_points * (plan.dimensions + 1)) capacity *= 2;
    entries_.resize(capacity, Entry{{}, kNone});
    for (std::size_t axis = 0; axis <= plan.dimensions; ++axis) steps_[axis] = axis_step<Words>(plan, axis);
  }

  /// Writes, for each of `count` embedded points, the slots (first_slot + number within the tile) and
  /// weights of its dimensions + 1 vertices; both rows are `stride` apart.
  void add(const SimplexBlock& block, std::size_t count, std::size_t first_slot, std::uint16_t* slots,
           float* weights, std::size_t stride, TouchedVertices<Words>& touched) {
    clear();
    switch (Words == 1 ? plan_.dimensions : 0) {
      case 1:
        return add_all<1>(block, count, first_slot, slots, weights, stride, touched);
      case 2:
        return add_all<2>(block, count, first_slot, slots, weights, stride, touched);
      case 3:
        return add_all<3>(block, count, first_slot, slots, weights, stride, touched);
      case 4:
        return add_all<4>(block, count, first_slot, slots, weights, stride, touched);
      case 5:
        return add_all<5>(block, count, first_slot, slots, weights, stride, touched);
      case 6:
        return add_all<6>(block, count, first_slot, slots, weights, stride, touched);
      default:
        return add_all<0>(block, count, first_slot, slots, weights, stride, touched);
    }
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::size_t kSimplices = 256;

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

  template <std::size_t D>
  void add_all(const SimplexBlock& block, std::size_t count, std::size_t first_slot, std::uint16_t* slots,
               float* weights, std::size_t stride, TouchedVertices<Words>& touched) {
    const std::size_t d = D != 0 ? D : plan_.dimensions;
    for (std::size_t p = 0; p < count; ++p) {
      std::uint16_t* point_slots = slots + p * stride;
      Simplex& known = find_simplex(block, p);
      if (known.point != kNone) {
        const std::uint16_t* same = slots + known.point * stride;
        for (std::size_t k = 0; k <= d; ++k) point_slots[k] = same[k];
      } else {
        known.point = static_cast<std::uint32_t>(p);
        Key<Words> vertex = known.base;
        for (std::size_t k = 0;; ++k) {
          point_slots[k] = static_cast<std::uint16_t>(first_slot + slot_of(vertex, touched));
          if (k == d) break;
          vertex = vertex + steps_[block.order[k / 6 * block.stride + p] >> (5 * (k % 6)) & 31];
        }
      }
      for (std::size_t k = 0; k <= d; ++k) {
        const float weight = block.weights[k * block.stride + p];
        weights[p * stride + k] = weight;
        touched.ones[point_slots[k] - first_slot] += weight;
      }
    }
  }

  /// The cached simplex of a point; its `point` is kNone if the point is the first one met in it lately.
  Simplex& find_simplex(const SimplexBlock& block, std::size_t p) noexcept {
    Simplex wanted;
    for (std::size_t w = 0; w < Words; ++w)
      wanted.base.words[w] = w < plan_.words ? block.base[w * block.stride + p] : 0;
    std::uint64_t mixed = wanted.base.hash();
    const std::size_t order_words = (plan_.dimensions + 5) / 6;
    for (std::size_t w = 0; w < order_words; ++w) {
      wanted.order[w] = block.order[w * block.stride + p];
      mixed = (mixed ^ wanted.order[w]) * 0x9E3779B97F4A7C15ULL;
    }
    Simplex& known = simplices_[mixed >> 56];
    bool same = known.point != kNone && known.base == wanted.base;
    for (std::size_t w = 0; w < order_words; ++w) same = same && known.order[w] == wanted.order[w];
    if (!same) known = wanted;
    return known;
  }

  std::size_t slot_of(const Key<Words>& key, TouchedVertices<Words>& touched) {
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t at = key.hash() & mask;; at = (at + 1) & mask) {
      Entry& entry = entries_[at];
      if (entry.slot == kNone) {
        entry = {key, static_cast<std::uint32_t>(touched.keys.size())};
        filled_.push_back(static_cast<std::uint32_t>(at));
        touched.keys.push_back(key);
        touched.ones.push_back(0);
        return entry.slot;
      }
      if (entry.key == key) return entry.slot;
    }
  }

  void clear() noexcept {
    for (const std::uint32_t at : filled_) entries_[at].slot = kNone;
    filled_.clear();
    for (Simplex& simplex : simplices_) simplex.point = kNone;
  }

  EmbedPlan plan_;
  std::array<Key<Words>, kMaxDimensions + 1> steps_{};
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> filled_;
  std::vector<Simplex> simplices_;
};

}  // namespace densecrf
