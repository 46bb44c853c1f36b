#include "densecrf/resize.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "conv/conv_case.h"
#include "densecrf/cpu.h"
#include "densecrf/threads.h"

using namespace densecrf;

namespace {

struct Case {
  ImageShape shape;
  std::size_t out_height, out_width;
};

const Case kCases[] = {
    {{1, 1, 1, 1}, 1, 1},     {{1, 1, 1, 3}, 4, 5},    {{1, 2, 2, 1}, 5, 5},       {{2, 3, 5, 2}, 7, 4},
    {{1, 7, 9, 4}, 3, 2},     {{3, 4, 6, 17}, 33, 41}, {{1, 33, 33, 21}, 129, 65}, {{1, 5, 1, 1}, 1, 8},
    {{1, 40, 50, 3}, 40, 50}, {{2, 1, 19, 5}, 50, 1},
};
const ResizeGrid kGrids[] = {ResizeGrid::kLegacy, ResizeGrid::kAlignCorners, ResizeGrid::kHalfPixelCenters};

std::vector<float> random_floats(std::size_t count) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> any(-10, 10);
  std::vector<float> values(count);
  for (float& value : values) value = any(random);
  return values;
}

double position(std::size_t i, std::size_t in, std::size_t out, ResizeGrid grid) {
  const auto at = static_cast<double>(i), from = static_cast<double>(in), to = static_cast<double>(out);
  if (grid == ResizeGrid::kAlignCorners) return out == 1 ? 0 : at * (from - 1) / (to - 1);
  if (grid == ResizeGrid::kHalfPixelCenters) return (at + 0.5) * from / to - 0.5;
  return at * from / to;
}

/// Jaderberg et al. 2015, eq. 5, with coordinates held inside the picture.
double exact(const std::vector<float>& input, const Case& c, ResizeGrid grid, std::size_t n, std::size_t y,
             std::size_t x, std::size_t channel) {
  const auto [batch, height, width, channels] = c.shape;
  const double v = std::clamp(position(y, height, c.out_height, grid), 0.0, static_cast<double>(height - 1));
  const double u = std::clamp(position(x, width, c.out_width, grid), 0.0, static_cast<double>(width - 1));
  // All other weights are 0.
  const auto top = static_cast<std::size_t>(v), left = static_cast<std::size_t>(u);
  double sum = 0;
  for (std::size_t j = top; j < std::min(top + 2, height); ++j) {
    for (std::size_t i = left; i < std::min(left + 2, width); ++i) {
      const double weight = std::max(0.0, 1 - std::abs(v - static_cast<double>(j))) *
                            std::max(0.0, 1 - std::abs(u - static_cast<double>(i)));
      sum += weight * static_cast<double>(input[((n * height + j) * width + i) * channels + channel]);
    }
  }
  return sum;
}

std::vector<float> resized(const std::vector<float>& input, const Case& c, ResizeGrid grid) {
  std::vector<float> output(c.shape.batch * c.out_height * c.out_width * c.shape.channels);
  CHECK_EQ(resize_bilinear(input, c.shape, c.out_height, c.out_width, grid, output), Status::kOk);
  return output;
}

}  // namespace

TEST("resize_bilinear agrees with double precision on every instruction set and number of threads") {
  for (const Case& c : kCases) {
    const auto input = random_floats(c.shape.batch * c.shape.height * c.shape.width * c.shape.channels);
    for (const ResizeGrid grid : kGrids) {
      std::vector<double> expected;
      for (std::size_t n = 0; n < c.shape.batch; ++n)
        for (std::size_t y = 0; y < c.out_height; ++y)
          for (std::size_t x = 0; x < c.out_width; ++x)
            for (std::size_t channel = 0; channel < c.shape.channels; ++channel)
              expected.push_back(exact(input, c, grid, n, y, x, channel));
      std::vector<float> output(expected.size());
      oracle::on_every_machine(
          "resize", output,
          [&] { return resize_bilinear(input, c.shape, c.out_height, c.out_width, grid, output); },
          [&] {
            for (std::size_t k = 0; k < output.size(); ++k) CHECK_CLOSE(output[k], expected[k], 1e-5);
          });
    }
  }
}

TEST("resize_bilinear to the same size changes nothing") {
  const Case c{{2, 13, 17, 3}, 13, 17};
  const auto input = random_floats(2 * 13 * 17 * 3);
  for (const ResizeGrid grid : kGrids) CHECK(resized(input, c, grid) == input);
}

TEST("resize_bilinear_gradient is the transpose of resize_bilinear, for any number of threads bit by bit") {
  const Isa before = active_isa();
  std::vector<Case> cases(std::begin(kCases), std::end(kCases));
  cases.insert(cases.end(), {{{1, 65, 33, 21}, 129, 257}, {{2, 70, 40, 3}, 9, 11}});
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    for (const Case& c : cases) {
      const auto input = random_floats(c.shape.batch * c.shape.height * c.shape.width * c.shape.channels);
      const auto out_gradient = random_floats(c.shape.batch * c.out_height * c.out_width * c.shape.channels);
      for (const ResizeGrid grid : kGrids) {
        std::vector<float> gradient(input.size()), again(input.size());
        set_concurrency(1);
        CHECK_EQ(resize_bilinear_gradient(out_gradient, c.shape, c.out_height, c.out_width, grid, gradient),
                 Status::kOk);
        set_concurrency(3);
        CHECK_EQ(resize_bilinear_gradient(out_gradient, c.shape, c.out_height, c.out_width, grid, again),
                 Status::kOk);
        CHECK(gradient == again);
        // <resize(x), g> = <x, gradient(g)>, for x the input and for each of a few single pixels
        const auto check = [&](const std::vector<float>& x) {
          const std::vector<float> output = resized(x, c, grid);
          double left = 0, right = 0, size = 0;
          for (std::size_t i = 0; i < output.size(); ++i)
            left += static_cast<double>(output[i]) * static_cast<double>(out_gradient[i]);
          for (std::size_t i = 0; i < x.size(); ++i) {
            right += static_cast<double>(x[i]) * static_cast<double>(gradient[i]);
            size += std::abs(static_cast<double>(x[i]) * static_cast<double>(gradient[i]));
          }
          CHECK_CLOSE(left, right, 1e-4 * (size + 1));
        };
        check(input);
        for (const std::size_t i : {std::size_t{0}, input.size() / 2, input.size() - 1}) {
          std::vector<float> one(input.size());
          one[i] = 1;
          check(one);
        }
      }
    }
  }
  use_isa(before);
}
