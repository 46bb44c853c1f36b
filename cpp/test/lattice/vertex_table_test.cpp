#include "lattice/vertex_table.h"

#include <map>
#include <random>

#include "check.h"

namespace densecrf {
namespace {

/// Keys that differ in one word only, from close together to far apart, many of them more than once.
template <std::size_t Words>
Key<Words> random_key(std::mt19937_64& random) {
  Key<Words> key{};
  key.words[random() % Words] = random() % 1500 << random() % 4 * 16;
  return key;
}

template <std::size_t Words>
void check_table(std::size_t expected_size) {
  std::mt19937_64 random(51);
  VertexTable<Words> table(expected_size);
  std::map<std::array<std::uint64_t, Words>, std::uint32_t> known;
  std::size_t wrong = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto key = random_key<Words>(random);
    const auto vertex = known.try_emplace(key.words, static_cast<std::uint32_t>(known.size())).first->second;
    wrong += table.insert(key) != vertex;
  }
  CHECK_EQ(table.size(), known.size());
  for (const auto& [words, vertex] : known) {
    wrong += table.insert(Key<Words>{words}) != vertex;
    wrong += table.keys()[vertex].words != words;
  }
  CHECK_EQ(wrong, 0);
}

}  // namespace

TEST("the vertex table numbers keys in the order of first insertion, however large it was made") {
  for (const std::size_t expected_size : {0U, 1000U, 100000U}) {
    check_table<1>(expected_size);
    check_table<kKeyWords>(expected_size);
  }
}

}  // namespace densecrf
