#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

constexpr std::uint32_t kLast = 0x80000000U;

/// Chains of the given lengths through vertices in any order; `spare` vertices are in none.
std::vector<std::uint32_t> random_chains(Random& random, const std::vector<std::size_t>& lengths,
                                         std::size_t spare) {
  std::size_t count = 0;
  for (const std::size_t length : lengths) count += length;
  std::vector<std::uint32_t> out(count + spare);
  for (std::uint32_t v = 0; v < out.size(); ++v) out[v] = v;
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[random.integer(0, i - 1)]);
  out.resize(count);
  std::size_t end = 0;
  for (const std::size_t length : lengths) out[(end += length) - 1] |= kLast;
  return out;
}

std::vector<Expected> blurred(const std::vector<std::uint32_t>& chain, std::size_t width,
                              const std::vector<float>& values) {
  std::vector<Expected> out(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) out[i].add(static_cast<double>(values[i]));
  for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
    if ((chain[k] & kLast) != 0) continue;
    const std::size_t a = chain[k], b = chain[k + 1] & ~kLast;
    for (std::size_t l = 0; l < width; ++l) {
      out[a * width + l].add_product(0.5F, values[b * width + l]);
      out[b * width + l].add_product(0.5F, values[a * width + l]);
    }
  }
  return out;
}

void check_chains(Random& random, std::size_t width, const std::vector<std::size_t>& lengths) {
  constexpr std::size_t kSpare = 5;
  const auto chain = random_chains(random, lengths, kSpare);
  const auto values = random.reals((chain.size() + kSpare) * width, -1, 1);
  const auto expected = blurred(chain, width, values);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    auto out = values;
    use.blur_chains(chain.data(), chain.size(), width, out.data());
    check_near(isa + describe({width, lengths.size(), chain.size()}), out, expected);
    std::vector<bool> linked(chain.size() + kSpare);
    for (const std::uint32_t v : chain) linked[v & ~kLast] = true;
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (!linked[i / width]) CHECK_EQ(out[i], values[i]);
    }
  });
}

}  // namespace

TEST("blur_chains blurs one chain of 2 to 50 vertices and leaves the others alone") {
  Random random(32);
  for (const std::size_t width : kWidths) {
    for (std::size_t length = 2; length <= 50; ++length) check_chains(random, width, {length});
  }
}

TEST("blur_chains takes chains one after the other, none running into the next") {
  Random random(33);
  for (const std::size_t width : kWidths) {
    check_chains(random, width, {});
    check_chains(random, width, {2, 2});
    check_chains(random, width, {50, 2, 3, 17, 2, 31, 2});
    std::vector<std::size_t> lengths(40);
    for (std::size_t& length : lengths) length = random.integer(2, 50);
    check_chains(random, width, lengths);
  }
}

}  // namespace densecrf::oracle
