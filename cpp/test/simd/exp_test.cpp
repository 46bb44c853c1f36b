// simd/exp.h, as mean_field_rows of every instruction set runs it: Q[l] / Q[0] = e^(x[l] - x[0]), and x[0] =
// 0 costs nothing. Labels are as many as fill registers of every width.
#include <algorithm>
#include <cmath>
#include <vector>

#include "check.h"
#include "densecrf/cpu.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

constexpr std::size_t kLabels = 24, kRows = 4096;

/// Q of rows {0, x, x, ...}, the x evenly spaced from `low` to `high`: the greatest relative error of Q[l] /
/// Q[0].
double worst_error(const Kernels& use, double low, double high) {
  std::vector<float> logits(kRows * kLabels + kReadAhead), q(kRows * kLabels);
  const double step = (high - low) / static_cast<double>(q.size() - 1);
  for (std::size_t i = 0; i < q.size(); ++i) {
    logits[i] =
        i % kLabels == 0 ? 0 : static_cast<float>(std::clamp(low + step * static_cast<double>(i), low, high));
  }
  MeanFieldTile tile{};
  tile.table.points = kRows;
  tile.unary = logits.data();
  tile.labels = tile.width = kLabels;
  tile.probabilities = q.data();
  use.mean_field_rows(tile);
  double worst = 0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    const double got = static_cast<double>(q[i]) / static_cast<double>(q[i / kLabels * kLabels]);
    const double error = std::abs(got / std::exp(static_cast<double>(logits[i])) - 1);
    worst = error <= worst ? worst : error;  // NaN stays
  }
  return worst;
}

}  // namespace

TEST("exp is within 4e-7 from -80 on, as far up as softmax takes it") {
  constexpr double kScaling = 2.0 / 16777216;  // Q[l] and Q[0] are rounded once more each
  for (const Isa isa : available_isas()) {
    // A denominator above 1e30 takes the maximum off: log(1e30 / 23) = 65.9.
    for (double low = -80; low < 65; low += 5)
      CHECK_CLOSE(worst_error(kernels(isa), low, low + 5), 0, 4e-7 + kScaling);
    CHECK_CLOSE(worst_error(kernels(isa), -1e-3, 1e-3), 0, 4e-7 + kScaling);
    CHECK_CLOSE(worst_error(kernels(isa), 65, 79), 0, 8e-7 + kScaling);
  }
}

TEST("exp is exactly 1 at 0 and exactly 0 below -80") {
  std::vector<float> logits(kLabels + kReadAhead), q(kLabels);
  for (std::size_t l = 1; l < kLabels; ++l) logits[l] = -80.001F - 100 * static_cast<float>(l - 1);
  logits[kLabels - 1] = -3e38F;
  MeanFieldTile tile{};
  tile.table.points = 1;
  tile.unary = logits.data();
  tile.labels = tile.width = kLabels;
  tile.probabilities = q.data();
  for (const Isa isa : available_isas()) {
    kernels(isa).mean_field_rows(tile);
    CHECK_EQ(q[0], 1.0F);
    CHECK_EQ(std::count(q.begin() + 1, q.end(), 0.0F), kLabels - 1);
  }
}

}  // namespace densecrf
