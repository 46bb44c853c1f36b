#pragma once
// Mean field in double precision over any filter: LatticeOracle gives what the engine must give,
// DenseOracle what both approximate.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "densecrf/crf.h"

namespace densecrf::oracle {

/// K in, both [points, channels].
using Filter = std::function<std::vector<double>(const std::vector<double>& in, std::size_t channels)>;

/// What logits lose per unit of filtered probability, [labels, labels].
inline std::vector<double> penalties(const Compatibility& compatibility, std::size_t labels) {
  const auto& values = compatibility.values;
  std::vector<double> out(labels * labels, 0.0);
  for (std::size_t i = 0; i < labels; ++i) {
    for (std::size_t j = 0; j < labels; ++j) {
      double& to = out[i * labels + j];
      if (compatibility.type == CompatibilityType::kMatrix) {
        to = (static_cast<double>(values[i * labels + j]) + static_cast<double>(values[j * labels + i])) / 2;
      } else if (i == j) {
        to = compatibility.type == CompatibilityType::kPotts ? -static_cast<double>(values[0]) : values[i];
      }
    }
  }
  return out;
}

class MeanFieldOracle {
 public:
  /// @param energy [points, labels]
  MeanFieldOracle(std::span<const float> energy, std::size_t labels)
      : labels_(labels), energy_(energy.begin(), energy.end()) {
    update({});
  }

  void add(Filter filter, Normalization normalization, const Compatibility& compatibility) {
    Term term{std::move(filter), {}, normalization, penalties(compatibility, labels_)};
    term.norm = term.filter(std::vector<double>(points(), 1.0), 1);
    for (double& s : term.norm) {
      s = normalization == Normalization::kSymmetric ? 1 / std::sqrt(s + 1e-20) : 1 / (s + 1e-20);
    }
    terms_.push_back(std::move(term));
  }

  void run(int iterations) {
    for (int t = 0; t < iterations; ++t) step();
  }

  /// Every term reads the same probabilities.
  void step() {
    std::vector<double> penalty(probabilities_.size(), 0.0);
    for (const Term& term : terms_) {
      const auto part = interaction(term, probabilities_);
      for (std::size_t i = 0; i < part.size(); ++i) penalty[i] += part[i];
    }
    update(penalty);
  }

  /// [points, labels]
  [[nodiscard]] const std::vector<double>& probabilities() const { return probabilities_; }

  [[nodiscard]] double kl_divergence() const {
    double sum = 0;
    for (std::size_t i = 0; i < probabilities_.size(); ++i) {
      const double q = probabilities_[i];
      sum += q * std::log(std::max(q, 1e-20)) + q * energy_[i];
    }
    for (const Term& term : terms_) {
      const auto part = interaction(term, probabilities_);
      for (std::size_t i = 0; i < part.size(); ++i) sum += probabilities_[i] * part[i];
    }
    return sum;
  }

  /// [points]; void labels have none.
  [[nodiscard]] std::vector<double> pairwise_energy(std::span<const std::int32_t> labeling,
                                                    std::size_t term) const {
    std::vector<double> one_hot(probabilities_.size(), 0.0), out(points(), 0.0);
    const auto is_void = [&](std::size_t p) {
      return labeling[p] < 0 || static_cast<std::size_t>(labeling[p]) >= labels_;
    };
    const auto at = [&](std::size_t p) { return p * labels_ + static_cast<std::size_t>(labeling[p]); };
    for (std::size_t p = 0; p < points(); ++p) {
      if (!is_void(p)) one_hot[at(p)] = 1;
    }
    const auto part = interaction(terms_[term], one_hot);
    for (std::size_t p = 0; p < points(); ++p) {
      if (!is_void(p)) out[p] = -part[at(p)] / 2;
    }
    return out;
  }

 private:
  struct Term {
    Filter filter;
    std::vector<double> norm;  ///< [points]
    Normalization normalization;
    std::vector<double> penalties;  ///< [labels, labels]
  };

  [[nodiscard]] std::size_t points() const { return energy_.size() / labels_; }

  [[nodiscard]] std::vector<double> scaled(std::vector<double> rows, const std::vector<double>& norm) const {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] *= norm[i / labels_];
    return rows;
  }

  /// C F rows
  [[nodiscard]] std::vector<double> interaction(const Term& term, std::vector<double> rows) const {
    const bool symmetric = term.normalization == Normalization::kSymmetric;
    if (symmetric || term.normalization == Normalization::kBefore) rows = scaled(std::move(rows), term.norm);
    rows = term.filter(rows, labels_);
    if (symmetric || term.normalization == Normalization::kAfter) rows = scaled(std::move(rows), term.norm);
    std::vector<double> out(rows.size(), 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t row = i / labels_ * labels_, label = i % labels_;
      for (std::size_t l = 0; l < labels_; ++l) out[i] += term.penalties[label * labels_ + l] * rows[row + l];
    }
    return out;
  }

  /// softmax(-energy - penalty)
  void update(const std::vector<double>& penalty) {
    probabilities_.resize(energy_.size());
    for (std::size_t row = 0; row < energy_.size(); row += labels_) {
      const std::span logits = std::span(probabilities_).subspan(row, labels_);
      for (std::size_t l = 0; l < labels_; ++l) {
        logits[l] = -energy_[row + l] - (penalty.empty() ? 0.0 : penalty[row + l]);
      }
      const double top = *std::max_element(logits.begin(), logits.end());
      double sum = 0;
      for (double& x : logits) sum += x = std::exp(x - top);
      for (double& x : logits) x /= sum;
    }
  }

  std::size_t labels_;
  std::vector<double> energy_, probabilities_;  ///< [points, labels]
  std::vector<Term> terms_;
};

}  // namespace densecrf::oracle
