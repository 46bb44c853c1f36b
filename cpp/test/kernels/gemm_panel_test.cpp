#include <limits>

#include "conv/oracle.h"
#include "kernel_case.h"

using namespace densecrf;
using namespace densecrf::oracle;

namespace {

constexpr Activation kActivations[] = {Activation::kNone, Activation::kRelu,    Activation::kRelu6,
                                       Activation::kElu,  Activation::kSigmoid, Activation::kLeakyRelu,
                                       Activation::kPrelu};
constexpr float kGap = -77;

std::size_t random_width(Random& random, const PanelShape& shape) {
  if (shape.half != 0 && random.integer(0, 3) == 0) return shape.half + random.integer(0, 1) * shape.lanes;
  return shape.lanes * random.integer(1, shape.widest / shape.lanes);
}

/// Rows at random places in `input`, segments at random places in both.
struct Product {
  std::size_t count, depth, width, columns, segments;
  std::vector<float> input, weights, bias, slopes, sums;
  std::vector<std::int32_t> offsets, out_offsets;
  std::vector<GemmSegment> places;

  Product(Random& random, const PanelShape& shape, std::size_t rows, std::size_t depth_of_one)
      : count(rows),
        depth(depth_of_one),
        width(random_width(random, shape)),
        columns(random.integer(width - std::min(width, shape.lanes) + 1, width)),
        segments(random.integer(1, 4)),
        input(random.reals(3000 + 5 * depth, -1, 1)),
        weights(random.reals((segments + 2) * depth * width, -1, 1)),
        bias(random.reals(width, -1, 1)),
        slopes(random.reals(width, -1, 1)),
        sums(random.reals(count * width, -1, 1)) {
    for (std::size_t i = 0; i < count; ++i) {
      offsets.push_back(static_cast<std::int32_t>(random.integer(1000, 2000)));
      out_offsets.push_back(static_cast<std::int32_t>((count - 1 - i) * (columns + 3)));
    }
    for (std::size_t s = 0; s < segments; ++s) {
      places.push_back({static_cast<std::int32_t>(random.integer(0, 1000 + 3 * depth)) - 1000,
                        static_cast<std::int32_t>(random.integer(0, segments + 1) * depth)});
    }
  }
  [[nodiscard]] GemmPanel panel() {
    GemmPanel out{};
    out.input = input.data();
    out.offsets = offsets.data();
    out.count = count;
    out.depth = depth;
    out.weights = weights.data();
    out.width = width;
    out.sums = sums.data();
    out.columns = columns;
    out.prefetch = weights.data();
    out.prefetch_bytes = weights.size() * sizeof(float);
    out.segments = places.data();
    out.segment_count = segments;
    return out;
  }
  [[nodiscard]] Expected expected(const GemmPanel& of, std::size_t i, std::size_t j) const {
    Expected sum;
    if (!of.first) sum.add(static_cast<double>(sums[i * width + j]));
    const std::size_t row = of.offsets != nullptr ? static_cast<std::size_t>(offsets[i]) : i * of.row_stride;
    const GemmSegment whole{0, 0};
    for (std::size_t s = 0; s < (of.segments != nullptr ? segments : 1); ++s) {
      const GemmSegment& at = of.segments != nullptr ? places[s] : whole;
      for (std::size_t k = 0; k < depth; ++k) {
        sum.add_product(*(of.input + row + at.input + k),
                        weights[(static_cast<std::size_t>(at.row) + k) * width + j]);
      }
    }
    return sum;
  }
};

std::size_t random_depth(Random& random) {
  return random.integer(0, 3) == 0 ? random.integer(0, 600) : random.integer(1, 70);
}

}  // namespace

TEST("panel_shape names whole registers") {
  on_every_isa([](const Kernels& use, const std::string&) {
    PanelShape shape{};
    use.panel_shape(shape);
    CHECK(shape.lanes >= 4 && shape.widest % shape.lanes == 0);
    CHECK(shape.half == 0 || 2 * shape.half == shape.lanes);
    CHECK(shape.widest / shape.lanes <= kPanelVectors);
  });
}

TEST("gemm_panel adds to its sums") {
  Random random(1);
  on_every_isa([&](const Kernels& use, const std::string& name) {
    PanelShape shape{};
    use.panel_shape(shape);
    for (std::size_t rows = 0; rows <= 40; ++rows) {
      Product product(random, shape, rows, random_depth(random));
      GemmPanel panel = product.panel();
      panel.first = rows % 2 == 0;
      if (rows % 3 == 0) panel.segments = nullptr;
      if (rows % 5 == 0) panel.offsets = nullptr, panel.row_stride = 31, panel.input += 1000;
      std::vector<Expected> expected;
      for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < product.width; ++j) expected.push_back(product.expected(panel, i, j));
      }
      use.gemm_panel(panel);
      check_near(name + describe({rows, product.depth, product.width}), product.sums, expected);
    }
  });
}

TEST("gemm_panel ends with every activation and leaves what is between its rows") {
  Random random(2);
  on_every_isa([&](const Kernels& use, const std::string& name) {
    PanelShape shape{};
    use.panel_shape(shape);
    for (const Activation activation : kActivations) {
      for (std::size_t rows = 1; rows <= 20; ++rows) {
        Product product(random, shape, rows, random_depth(random));
        GemmPanel panel = product.panel();
        const std::size_t stride = product.columns + 3;
        std::vector<float> output(rows * stride, kGap);
        panel.first = rows % 2 == 0;
        panel.output = output.data();
        panel.out_offsets = rows % 3 == 0 ? nullptr : product.out_offsets.data();
        panel.out_stride = stride;
        panel.epilogue = {product.bias.data(), activation, 0.3F, product.slopes.data()};
        if (panel.first) panel.sums = nullptr;
        std::vector<Expected> expected(output.size());
        for (std::size_t i = 0; i < rows; ++i) {
          const std::size_t row = panel.out_offsets == nullptr ? i : rows - 1 - i;
          for (std::size_t j = 0; j < stride; ++j) {
            Expected& at = expected[row * stride + j];
            at.value = static_cast<double>(kGap);
            if (j >= product.columns) continue;
            at = product.expected(panel, i, j);
            at.add(static_cast<double>(product.bias[j]));
            at.value = activated(at.value, activation,
                                 activation == Activation::kPrelu ? double{product.slopes[j]} : double{0.3F});
            at.error = 4e-7 * std::max(1.0, std::abs(at.value));
          }
        }
        use.gemm_panel(panel);
        check_near(
            name + describe({static_cast<std::size_t>(activation), rows, product.depth, product.width}),
            output, expected);
      }
    }
  });
}

TEST("every activation keeps what is not a number") {
  on_every_isa([](const Kernels& use, const std::string&) {
    PanelShape shape{};
    use.panel_shape(shape);
    for (const Activation activation : kActivations) {
      const std::vector<float> zeros(shape.lanes), ones(shape.lanes, 1.0F);
      const float row = std::numeric_limits<float>::quiet_NaN();
      std::vector<float> output(shape.lanes);
      GemmPanel panel{};
      panel.input = &row;
      panel.count = panel.depth = 1;
      panel.weights = ones.data();
      panel.width = panel.columns = shape.lanes;
      panel.first = true;
      panel.output = output.data();
      panel.epilogue = {zeros.data(), activation, 0.3F, ones.data()};
      use.gemm_panel(panel);
      for (const float x : output) CHECK(x != x);
    }
  });
}
