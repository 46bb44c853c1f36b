// The transforms of Winograd convolution against the matrices that define them, in double precision.
#include "kernels/winograd.h"

#include "kernels/kernel_case.h"

namespace densecrf::oracle {
namespace {

using winograd::Form;
using winograd::Scheme;

constexpr float kGap = -77;

/// body(y, x) for every pair of forms.
template <class Body>
void for_each_pair(Body body) {
  for (std::size_t y = 0; y < winograd::kForms; ++y)
    for (std::size_t x = 0; x < winograd::kForms; ++x) body(static_cast<Form>(y), static_cast<Form>(x));
}

/// 0, ..., count - 1 in any order.
std::vector<std::uint32_t> shuffled(Random& random, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = count; i > 1; --i) std::swap(out[i - 1], out[random.integer(0, i - 1)]);
  return out;
}

/// Coefficients are rounded to float32, and so is what the first of two transforms leaves.
void add_transformed(Expected& sum, double coefficient, float value) {
  const double term = coefficient * static_cast<double>(value);
  sum.add(term, 3 * kRounding * std::abs(term));
}

void check_input(const Kernels& use, const std::string& isa, Random& random, const WinogradForms& forms,
                 std::size_t channels) {
  const Scheme &y = winograd::scheme(forms.y), &x = winograd::scheme(forms.x);
  WinogradInput tile{};
  tile.forms = forms, tile.channels = channels;
  tile.y_begin = random.integer(0, y.inputs - 1), tile.y_end = random.integer(tile.y_begin + 1, y.inputs);
  tile.x_begin = random.integer(0, x.inputs - 1), tile.x_end = random.integer(tile.x_begin + 1, x.inputs);
  // The input holds these samples and no more.
  const std::size_t width = tile.x_end - tile.x_begin, height = tile.y_end - tile.y_begin;
  tile.step_x = channels, tile.step_y = width * channels;
  const auto input = random.reals(height * tile.step_y, -1, 1);
  tile.input = input.data();
  tile.origin = -static_cast<std::ptrdiff_t>(tile.y_begin * tile.step_y + tile.x_begin * tile.step_x);
  PanelShape panel{};
  use.panel_shape(panel);
  const std::size_t padded = (channels + panel.lanes - 1) / panel.lanes * panel.lanes;
  const auto rows = shuffled(random, y.products * x.products);
  tile.rows = rows.data(), tile.row_stride = padded + random.integer(0, 5);
  std::vector<float> out(rows.size() * tile.row_stride, kGap), gap = out;
  tile.out = out.data();
  use.winograd_input(tile);

  std::vector<float> got;
  std::vector<Expected> expected(rows.size() * channels);
  Expected* sum = expected.data();
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const std::size_t p = k / x.products, q = k % x.products;
    const float* const row = &out[rows[k] * tile.row_stride];
    got.insert(got.end(), row, row + channels);
    for (std::size_t c = 0; c < channels; ++c, ++sum) {
      for (std::size_t i = tile.y_begin; i < tile.y_end; ++i) {
        for (std::size_t j = tile.x_begin; j < tile.x_end; ++j) {
          const std::size_t at = (i - tile.y_begin) * tile.step_y + (j - tile.x_begin) * tile.step_x + c;
          add_transformed(*sum, y.input[p][i] * x.input[q][j], input[at]);
        }
      }
    }
    CHECK(std::equal(row + padded, row + tile.row_stride, gap.begin()));
  }
  check_near(isa + describe({y.outputs, x.outputs, channels}), got, expected);
}

void check_output(const Kernels& use, const std::string& isa, Random& random, const WinogradForms& forms,
                  std::size_t width, std::size_t lanes) {
  const Scheme &y = winograd::scheme(forms.y), &x = winograd::scheme(forms.x);
  const auto rows = shuffled(random, y.products * x.products);
  const auto sums = random.reals(rows.size() * width, -1, 1), bias = random.reals(width, -1, 1);
  const auto slopes = random.reals(width, -1, 1);
  WinogradOutput tile{};
  tile.sums = sums.data(), tile.width = width, tile.rows = rows.data(), tile.forms = forms;
  tile.outputs_y = random.integer(1, y.outputs), tile.outputs_x = random.integer(1, x.outputs);
  tile.columns = random.integer(width - lanes + 1, width);
  tile.step_x = tile.columns + random.integer(0, 3), tile.step_y = tile.outputs_x * tile.step_x;
  const bool slope = random.integer(0, 1) == 1;
  tile.epilogue = {bias.data(), slope ? Activation::kPrelu : Activation::kNone, 0, slopes.data()};
  std::vector<float> output(tile.outputs_y * tile.step_y, kGap);
  tile.output = output.data();
  use.winograd_output(tile);

  std::vector<float> got;
  std::vector<Expected> expected;
  for (std::size_t i = 0; i < tile.outputs_y; ++i) {
    for (std::size_t j = 0; j < tile.outputs_x; ++j) {
      const float* const pixel = &output[i * tile.step_y + j * tile.step_x];
      got.insert(got.end(), pixel, pixel + tile.columns);
      CHECK(std::all_of(pixel + tile.columns, pixel + tile.step_x, [](float gap) { return gap == kGap; }));
      for (std::size_t n = 0; n < tile.columns; ++n) {
        Expected sum;
        for (std::size_t k = 0; k < rows.size(); ++k) {
          const double coefficient = y.output[i][k / x.products] * x.output[j][k % x.products];
          add_transformed(sum, coefficient, sums[rows[k] * width + n]);
        }
        sum.add(static_cast<double>(bias[n]));
        if (slope && sum.value < 0) {
          const auto factor = static_cast<double>(slopes[n]);
          sum.value *= factor;  // a slope is at most 1: what the sum may be off by does not grow
          sum.error += kRounding * std::abs(sum.value);
        }
        expected.push_back(sum);
      }
    }
  }
  check_near(isa + describe({y.outputs, x.outputs, width, tile.columns}), got, expected);
}

}  // namespace

TEST("winograd_input is what its matrices say, for samples inside the picture") {
  Random random(71);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    for_each_pair([&](Form y, Form x) {
      for (const std::size_t channels : {1, 3, 4, 5, 16, 23, 127, 128, 129, 150})
        check_input(use, isa, random, {y, x}, channels);
    });
  });
}

TEST("winograd_output is what its matrices say, with bias and activation") {
  Random random(72);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    PanelShape panel{};
    use.panel_shape(panel);
    for_each_pair([&](Form y, Form x) {
      for (std::size_t width = panel.lanes; width <= panel.widest; width += panel.lanes)
        for (int round = 0; round < 3; ++round) check_output(use, isa, random, {y, x}, width, panel.lanes);
    });
  });
}

}  // namespace densecrf::oracle
