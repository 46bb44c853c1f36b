#include <cmath>
#include <vector>

#include "check.h"
#include "densecrf/cpu.h"
#include "kernels/kernels.h"

using namespace densecrf;

namespace {

constexpr std::size_t kWidth = 9, kChannels = 19;

float number(std::size_t i) { return static_cast<float>(i * 37 % 23) / 8 - 1.25F; }

/// One line of three rows, in runs of three outputs: the first column of the first and the last of the last
/// are outside.
struct Line {
  std::vector<float> input, filter, bias = std::vector<float>(64, 0.5F);
  std::vector<float> output = std::vector<float>(kWidth * kChannels, -7);
  DepthwiseLine line{-static_cast<std::ptrdiff_t>(kWidth * kChannels), 0, 1,
                     3};  // the first row is outside, too
  std::vector<DepthwiseRun> runs;

  Line() {
    for (std::size_t i = 0; i < 2 * kWidth * kChannels; ++i) input.push_back(number(i));
    for (std::size_t i = 0; i < 9 * kChannels; ++i) filter.push_back(number(3 * i + 1));
    for (std::uint32_t x = 0; x < kWidth; x += 3) {
      runs.push_back({(static_cast<std::ptrdiff_t>(x) - 1) * static_cast<std::ptrdiff_t>(kChannels), x, 3,
                      x == 0 ? 1U : 0U, x + 3 == kWidth ? 4U : 5U});
    }
  }
  DepthwisePass pass() {
    DepthwisePass out{};
    out.input = input.data(), out.output = output.data(), out.weights = filter.data();
    out.weight_step = out.channels = out.pixel_step = kChannels;
    out.multiplier = out.shift = out.run_step = 1;
    out.width = 3;
    out.row_step = kWidth * kChannels, out.column_step = kChannels;
    out.lines = &line, out.line_count = 1;
    out.runs = runs.data(), out.run_count = runs.size();
    out.epilogue = {bias.data(), Activation::kRelu, 0, bias.data()};
    return out;
  }
  /// body(input index, filter index) for each product that makes an output.
  template <class Body>
  static void for_products(std::size_t x, std::size_t c, Body body) {
    for (std::size_t i = 1; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        if (x + j < 1 || x + j > kWidth) continue;
        body(((i - 1) * kWidth + x + j - 1) * kChannels + c, (i * 3 + j) * kChannels + c);
      }
    }
  }
  void check_output() const {
    for (std::size_t o = 0; o < output.size(); ++o) {
      double sum = 0.5;
      for_products(o / kChannels, o % kChannels, [&](std::size_t i, std::size_t w) {
        sum += static_cast<double>(input[i]) * static_cast<double>(filter[w]);
      });
      CHECK_CLOSE(output[o], std::max(sum, 0.0), 1e-5);
    }
  }
  void check_filter_gradient(const std::vector<float>& sums) const {
    std::vector<double> expected(sums.size(), 1.0);
    for (std::size_t o = 0; o < output.size(); ++o) {
      for_products(o / kChannels, o % kChannels, [&](std::size_t i, std::size_t w) {
        expected[w] += static_cast<double>(input[i]) * static_cast<double>(number(o));
      });
    }
    for (std::size_t w = 0; w < sums.size(); ++w) CHECK_CLOSE(sums[w], expected[w], 1e-4);
  }
};

std::vector<float> out_gradient() {
  std::vector<float> out;
  for (std::size_t o = 0; o < kWidth * kChannels; ++o) out.push_back(number(o));
  return out;
}

}  // namespace

TEST("depthwise_runs agrees with double precision at the picture's edges") {
  for (const Isa isa : available_isas()) {
    Line line;
    kernels(isa).depthwise_runs(line.pass());
    line.check_output();
  }
}

TEST("depthwise_taps agrees with double precision at the picture's edges") {
  for (const Isa isa : available_isas()) {
    Line line;
    kernels(isa).depthwise_taps(line.pass());
    line.check_output();
  }
}

TEST("depthwise_filter_runs adds to its sums") {
  for (const Isa isa : available_isas()) {
    Line line;
    std::vector<float> sums(9 * kChannels, 1);
    kernels(isa).depthwise_filter_runs(line.pass(), out_gradient().data(), sums.data());
    line.check_filter_gradient(sums);
  }
}

TEST("depthwise_filter_taps adds to its sums") {
  for (const Isa isa : available_isas()) {
    Line line;
    std::vector<float> sums(9 * kChannels, 1);
    kernels(isa).depthwise_filter_taps(line.pass(), out_gradient().data(), sums.data());
    line.check_filter_gradient(sums);
  }
}

TEST("fold_channels adds up neighbours") {
  for (const Isa isa : available_isas()) {
    for (const std::size_t copies : {1U, 2U, 3U, 4U}) {
      std::vector<float> row, out(37);
      for (std::size_t i = 0; i < 37 * copies; ++i) row.push_back(number(i));
      kernels(isa).fold_channels(row.data(), 37, copies, out.data());
      for (std::size_t c = 0; c < 37; ++c) {
        double sum = 0;
        for (std::size_t q = 0; q < copies; ++q) sum += static_cast<double>(row[c * copies + q]);
        CHECK_CLOSE(out[c], sum, 1e-6);
      }
    }
  }
}
