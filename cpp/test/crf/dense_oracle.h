#pragma once
// The exact Gaussian sums that the lattice approximates: O(points^2), in double precision.
#include <cmath>
#include <cstddef>
#include <vector>

#include "lattice/feature_table.h"

namespace densecrf::oracle {

class DenseOracle {
 public:
  explicit DenseOracle(FeatureTable features) : features_(std::move(features)) {}

  /// out_i = sum_j exp(-|f_i - f_j|^2 / 2) in_j, the point itself included.
  /// @param in [points, channels]
  [[nodiscard]] std::vector<double> filter(const std::vector<double>& in, std::size_t channels) const {
    std::vector<double> out = in;  // exp(0) = 1
    for (std::size_t i = 0; i < features_.points; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double weight = kernel(i, j);
        for (std::size_t c = 0; c < channels; ++c) {
          out[i * channels + c] += weight * in[j * channels + c];
          out[j * channels + c] += weight * in[i * channels + c];
        }
      }
    }
    return out;
  }

 private:
  [[nodiscard]] double kernel(std::size_t i, std::size_t j) const {
    const auto a = features_.of(i), b = features_.of(j);
    double squares = 0;
    for (std::size_t d = 0; d < features_.dimensions; ++d) {
      const double difference = static_cast<double>(a[d]) - static_cast<double>(b[d]);
      squares += difference * difference;
    }
    return std::exp(-squares / 2);
  }

  FeatureTable features_;
};

}  // namespace densecrf::oracle
