#pragma once
// Hash tables from lattice vertices to numbers: open addressing, linear probing, at most half full.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lattice/key.h"

namespace densecrf {

/// All vertices of a lattice, numbered in the order of their first insertion.
template <std::size_t Words>
class VertexTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  explicit VertexTable(std::size_t expected) : entries_(capacity_for(expected), Entry{{}, kNone}) {}

  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] const std::vector<Key<Words>>& keys() const noexcept { return keys_; }

  std::uint32_t insert(const Key<Words>& key) {
    for (std::size_t at = home(key);; at = (at + 1) & mask()) {
      Entry& entry = entries_[at];
      if (entry.vertex == kNone) {
        entry = {key, static_cast<std::uint32_t>(keys_.size())};
        keys_.push_back(key);
        const std::uint32_t vertex = entry.vertex;
        if (keys_.size() * 2 > entries_.size()) grow();
        return vertex;
      }
      if (entry.key == key) return entry.vertex;
    }
  }
  void prefetch(const Key<Words>& key) const noexcept { __builtin_prefetch(&entries_[home(key)]); }

 private:
  struct Entry {
    Key<Words> key;
    std::uint32_t vertex;
  };

  static std::size_t capacity_for(std::size_t expected) noexcept {
    std::size_t capacity = 1024;
    while (capacity < 2 * expected) capacity *= 2;
    return capacity;
  }
  [[nodiscard]] std::size_t mask() const noexcept { return entries_.size() - 1; }
  [[nodiscard]] std::size_t home(const Key<Words>& key) const noexcept { return key.hash() & mask(); }
  void grow() {
    std::vector<Entry> larger(entries_.size() * 2, Entry{{}, kNone});
    entries_.swap(larger);
    for (std::uint32_t vertex = 0; vertex < keys_.size(); ++vertex) {
      std::size_t at = home(keys_[vertex]);
      while (entries_[at].vertex != kNone) at = (at + 1) & mask();
      entries_[at] = {keys_[vertex], vertex};
    }
  }

  std::vector<Entry> entries_;
  std::vector<Key<Words>> keys_;
};

}  // namespace densecrf
