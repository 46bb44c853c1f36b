#pragma once
// The vertices of a lattice in the order of their keys. A step along an axis adds the same constant to every
// key, so it keeps their order: the neighbours of all vertices on an axis are found by going through two
// sorted lists side by side, where a hash table would be read in random order once for every vertex and axis.
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "lattice/key.h"

namespace densecrf {

template <std::size_t Words>
class SortedVertices {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffU;

  /// @param keys of vertices 0, 1, ...
  explicit SortedVertices(const std::vector<Key<Words>>& keys) {
    entries_.reserve(keys.size());
    for (const auto& key : keys) entries_.push_back({key, static_cast<std::uint32_t>(entries_.size())});
    sort();
  }

  /// The vertex a step away from each vertex, or kNone.
  [[nodiscard]] std::vector<std::uint32_t> neighbours(const Key<Words>& step) const {
    std::vector<std::uint32_t> next(entries_.size(), kNone);
    // Whichever list is behind goes on: no branch depends on the keys, which nothing could guess.
    for (std::size_t from = 0, to = 0; from < entries_.size() && to < entries_.size();) {
      const Key<Words> wanted = entries_[from].key + step;
      const Entry& there = entries_[to];
      const bool is_behind = there.key < wanted;
      next[entries_[from].vertex] = there.key == wanted ? there.vertex : kNone;
      to += is_behind ? 1 : 0;
      from += is_behind ? 0 : 1;
    }
    return next;
  }

 private:
  static constexpr std::size_t kDigitBits = 11, kDigits = std::size_t{1} << kDigitBits;

  struct Entry {
    Key<Words> key;
    std::uint32_t vertex;
  };

  void sort() {
    if constexpr (Words == 1) {
      sort_by_digits();
    } else {
      std::sort(entries_.begin(), entries_.end(),
                [](const Entry& a, const Entry& b) { return a.key < b.key; });
    }
  }
  // Least significant digit first, and only digits in which keys differ.
  void sort_by_digits() {
    std::uint64_t differing = 0;
    for (const Entry& entry : entries_) differing |= entry.key.words[0] ^ entries_[0].key.words[0];
    std::vector<Entry> sorted(entries_.size());
    std::vector<std::uint32_t> starts(kDigits);
    for (std::size_t shift = 0; shift < 64; shift += kDigitBits) {
      if ((differing >> shift & (kDigits - 1)) == 0) continue;
      const auto digit = [&](const Entry& entry) { return entry.key.words[0] >> shift & (kDigits - 1); };
      std::fill(starts.begin(), starts.end(), 0);
      for (const Entry& entry : entries_) ++starts[digit(entry)];
      std::uint32_t start = 0;
      for (std::uint32_t& count : starts) start += std::exchange(count, start);
      for (const Entry& entry : entries_) sorted[starts[digit(entry)]++] = entry;
      entries_.swap(sorted);
    }
  }

  std::vector<Entry> entries_;
};

}  // namespace densecrf
