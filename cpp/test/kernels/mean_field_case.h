#pragma once
// One tile of a mean-field update in double precision, for both kernels that compute it.
#include <limits>

#include "kernels/kernel_case.h"

namespace densecrf::oracle {

constexpr double kExpError = 4e-7;    // of simd/exp.h, relative
constexpr double kVanishing = 2e-11;  // what a probability may lose because exp is 0 below -80

/// Softmax, with the errors that logits, exponentials, sum and quotient bring.
inline std::vector<Expected> softmax(std::span<const Expected> logits) {
  double top = logits[0].value, logit_error = 0, sum = 0;
  for (const Expected& x : logits) {
    top = std::max(top, x.value);
    logit_error = std::max(logit_error, x.bound());
  }
  for (const Expected& x : logits) sum += std::exp(x.value - top);
  // A maximum that had to be subtracted costs one more rounding.
  for (const Expected& x : logits)
    logit_error = std::max(logit_error, x.bound() + std::abs(x.value) * kRounding);
  const double relative =
      2 * logit_error + 2 * kExpError + static_cast<double>(logits.size() + 4) * kRounding;
  std::vector<Expected> out(logits.size());
  for (std::size_t l = 0; l < out.size(); ++l) {
    const double q = std::exp(logits[l].value - top) / sum;
    out[l].add(q, q * relative + kVanishing);
  }
  return out;
}

/// A tile's arrays. What the kernel reads past its unaries is NaN: it must not matter.
struct MeanFieldCase {
  RandomTable table;
  std::size_t labels, width;
  std::vector<float> unary, values, sums;

  MeanFieldCase(Random& random, const RandomTable& of, std::size_t label_count, std::size_t row_width)
      : table(of),
        labels(label_count),
        width(row_width),
        unary(random.reals(of.points * label_count, -6, 0)),
        values(random.reals(of.slot_count * row_width, -1, 1)),
        sums(random.reals(of.slot_count * row_width, -1, 1)) {
    unary.resize(unary.size() + kReadAhead, std::numeric_limits<float>::quiet_NaN());
  }

  [[nodiscard]] std::vector<Expected> logits(std::size_t point, bool slice) const {
    std::vector<Expected> out(labels);
    for (std::size_t l = 0; l < labels; ++l) {
      out[l].add(static_cast<double>(unary[point * labels + l]));
      for (std::size_t j = point * table.rows; slice && j < (point + 1) * table.rows; ++j) {
        out[l].add_product(table.slice[j], values[table.slots[j] * width + l]);
      }
    }
    return out;
  }

  [[nodiscard]] MeanFieldTile tile(bool slice, std::vector<float>& to_sums,
                                   std::vector<float>& to_probabilities, std::vector<float>& scratch) const {
    MeanFieldTile out{};
    out.table = table.view();
    out.unary = unary.data();
    out.labels = labels;
    out.width = width;
    out.values = slice ? values.data() : nullptr;
    out.sums = to_sums.empty() ? nullptr : to_sums.data();
    out.probabilities = to_probabilities.empty() ? nullptr : to_probabilities.data();
    out.scratch = scratch.data();
    return out;
  }
};

}  // namespace densecrf::oracle
