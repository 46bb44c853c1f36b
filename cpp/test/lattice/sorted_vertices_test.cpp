#include "lattice/sorted_vertices.h"

#include <map>
#include <random>

#include "check.h"

namespace densecrf {
namespace {

/// Keys whose fields leave room for a step, as embed plans make them.
template <std::size_t Words>
std::vector<Key<Words>> random_keys(std::size_t count, std::uint64_t range, std::mt19937_64& random) {
  std::map<std::array<std::uint64_t, Words>, bool> seen;
  std::vector<Key<Words>> keys;
  while (keys.size() < count) {
    Key<Words> key;
    for (auto& word : key.words)
      word = (64 + random() % range) << 40 | (64 + random() % range) << 20 | random() % range;
    if (seen.try_emplace(key.words, true).second) keys.push_back(key);
  }
  return keys;
}

template <std::size_t Words>
void check_neighbours(std::size_t count, std::uint64_t range) {
  std::mt19937_64 random(count);
  const auto keys = random_keys<Words>(count, range, random);
  std::map<std::array<std::uint64_t, Words>, std::uint32_t> numbers;
  for (const auto& key : keys) numbers.emplace(key.words, static_cast<std::uint32_t>(numbers.size()));
  const SortedVertices<Words> sorted(keys);
  for (const std::uint64_t unit :
       {std::uint64_t{1} << 40, ~std::uint64_t{0} << 20, (std::uint64_t{1} << 40) - 3}) {
    Key<Words> step;
    step.words.fill(unit);
    const auto next = sorted.neighbours(step);
    CHECK_EQ(next.size(), keys.size());
    std::size_t wrong = 0;
    for (std::size_t v = 0; v < keys.size(); ++v) {
      const auto at = numbers.find((keys[v] + step).words);
      wrong += next[v] != (at == numbers.end() ? SortedVertices<Words>::kNone : at->second);
    }
    CHECK_EQ(wrong, 0);
  }
}

}  // namespace

TEST("neighbours in sorted order are those that a map finds") {
  for (const std::size_t count : {1U, 2U, 700U, 3000U}) {
    check_neighbours<1>(count, 16);
    check_neighbours<1>(count, 200);
    check_neighbours<2>(count, 12);
  }
}

TEST("a lattice without vertices has no neighbours") {
  CHECK_EQ(SortedVertices<1>({}).neighbours({1}).size(), 0);
}

}  // namespace densecrf
