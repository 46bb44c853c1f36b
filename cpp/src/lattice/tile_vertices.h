#pragma once
// The vertices that one tile touches. A tile's points share most of them, so this small table, which
// stays in the nearest cache, meets every point, and the lattice's large one only the tile's vertices.
#include <bit>
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
      : plan_(plan), keys_(max_points * (plan.dimensions + 1)), ones_(keys_.size()), entries_(kFewest) {
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
  // Most lookups meet their key at its home: a processor that guesses so is right, as long as the table has
  // room to spare. That is faster than looking for points that share a simplex, where it cannot guess.
  static constexpr std::size_t kFewest = 1024, kRoom = Words == 1 ? 4 : 2;
  // No vertex: each of its fields would pass the range that the plan was made for.
  static constexpr std::uint64_t kEmpty = ~std::uint64_t{0};

  struct Entry {
    Key<Words> key;
    std::uint32_t slot;
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
  void number_all(const SimplexBlock& block, std::size_t count, std::size_t first_slot,
                  std::uint16_t* __restrict slots, float* __restrict weights, std::size_t stride) {
    const std::size_t d = D != 0 ? D : plan_.dimensions;
    float* ones = ones_.data();
    const Entry* table = entries_.data();
    std::size_t shift = shift_;
    for (std::size_t p = 0; p < count; ++p, slots += stride, weights += stride) {
      Key<Words> vertex;
      for (std::size_t w = 0; w < Words; ++w)
        vertex.words[w] = w < plan_.words ? block.base[w * block.stride + p] : 0;
      for (std::size_t k = 0;; ++k) {
        const Entry& entry = table[vertex.mixed() >> shift];
        std::uint32_t slot = entry.slot;
        if (!(entry.key == vertex)) [[unlikely]] {
          slot = search(vertex);
          table = entries_.data();
          shift = shift_;
        }
        const float weight = block.weights[k * block.stride + p];
        slots[k] = static_cast<std::uint16_t>(first_slot + slot);
        weights[k] = weight;
        ones[slot] += weight;
        if (k == d) break;
        vertex = vertex + steps_[block.order[k / 6 * block.stride + p] >> (5 * (k % 6)) & 31];
      }
    }
  }

  [[gnu::noinline]] std::uint32_t search(const Key<Words>& key) {
    Entry& entry = find(key);
    if (entry.key == key) return entry.slot;
    const auto slot = static_cast<std::uint32_t>(vertices_++);
    entry = {key, slot};
    keys_[slot] = key;
    ones_[slot] = 0;
    if (kRoom * vertices_ > entries_.size()) grow();
    return slot;
  }
  /// Where a key is, or belongs.
  Entry& find(const Key<Words>& key) noexcept {
    std::size_t at = key.mixed() >> shift_;
    while (entries_[at].key.words[0] != kEmpty && !(entries_[at].key == key))
      at = (at + 1) & (entries_.size() - 1);
    return entries_[at];
  }
  void grow() {
    entries_.resize(2 * entries_.size());
    --shift_;
    clear_table();
    for (std::uint32_t slot = 0; slot < vertices_; ++slot) find(keys_[slot]) = {keys_[slot], slot};
  }
  void clear_table() noexcept {
    for (Entry& entry : entries_) entry.key.words[0] = kEmpty;
  }
  void clear() noexcept {
    clear_table();
    vertices_ = 0;
  }

  EmbedPlan plan_;
  std::array<Key<Words>, kMaxDimensions + 1> steps_{};
  Buffer<Key<Words>> keys_;  // of the tile's vertices, and the sums of their weights
  Buffer<float> ones_;
  std::size_t vertices_ = 0;
  std::vector<Entry> entries_;
  std::size_t shift_ = 64 - std::countr_zero(kFewest);
};

}  // namespace densecrf
