#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

constexpr std::size_t kVertices = 300;

std::vector<std::uint32_t> random_vertices(Random& random, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  for (auto& vertex : out) vertex = static_cast<std::uint32_t>(random.integer(0, kVertices - 1));
  return out;
}

}  // namespace

TEST("gather_rows scales the rows of the vertices asked for, label by label") {
  Random random(34);
  for (const std::size_t width : kWidths) {
    const auto values = random.reals(kVertices * width, -1, 1), scale = random.reals(width, -3, 3);
    for (const std::size_t count : kCounts) {
      const auto vertices = random_vertices(random, count);
      std::vector<Expected> expected(count * width);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::size_t l = i % width;
        expected[i].add_product(scale[l], values[vertices[i / width] * width + l]);
      }
      on_every_isa([&](const Kernels& use, const std::string& isa) {
        std::vector<float> out(count * width);
        use.gather_rows(values.data(), vertices.data(), count, scale.data(), width, out.data());
        check_near(isa + describe({width, count}), out, expected);
      });
    }
  }
}

TEST("gather_mixed_rows multiplies rows by a matrix, whatever the padding of the values holds") {
  Random random(35);
  for (const std::size_t labels : label_counts()) {
    const std::size_t width = padded(labels);
    auto values = random.reals(kVertices * width, -1, 1), matrix = random.reals(labels * width, -1, 1);
    for (std::size_t l = 0; l < labels; ++l) std::fill_n(&matrix[l * width + labels], width - labels, 0.0F);
    for (const std::size_t count : {0U, 1U, 15U, 16U, 17U, 100U}) {
      const auto vertices = random_vertices(random, count);
      std::vector<Expected> expected(count * width);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        for (std::size_t l = 0; l < labels; ++l) {
          expected[i].add_product(values[vertices[i / width] * width + l], matrix[l * width + i % width]);
        }
      }
      on_every_isa([&](const Kernels& use, const std::string& isa) {
        std::vector<float> out(count * width);
        use.gather_mixed_rows(values.data(), vertices.data(), count, matrix.data(), labels, width,
                              out.data());
        check_near(isa + describe({labels, count}), out, expected);
      });
    }
  }
}

}  // namespace densecrf::oracle
