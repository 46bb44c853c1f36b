#pragma once
// The permutohedral lattice of Adams, Baek and Davis 2010 as plainly as it can be said: slow, for tests.
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "lattice/feature_table.h"

namespace densecrf::oracle {

/// Where a point lies is computed in float32 in the classic order of operations, because that decides
/// which vertices exist; values are filtered in double.
class LatticeOracle {
 public:
  explicit LatticeOracle(const FeatureTable& features) : dimensions_(features.dimensions) {
    for (std::size_t p = 0; p < features.points; ++p) corners_.push_back(insert(features.of(p)));
    // The classic code takes points four at a time and fills the last four up with points at the origin:
    // they carry no value, but the blur passes through their vertices.
    if (features.points % 4 != 0) insert(std::vector<float>(dimensions_, 0.0F));
  }

  [[nodiscard]] std::size_t vertices() const { return vertices_.size(); }

  /// @param in [points, channels]
  /// @param transposed blur the axes in the opposite order
  [[nodiscard]] std::vector<double> filter(const std::vector<double>& in, std::size_t channels,
                                           bool transposed = false) const {
    std::vector<double> values(vertices() * channels, 0.0);
    for (std::size_t p = 0; p < corners_.size(); ++p) {
      for (const auto& [vertex, weight] : corners_[p]) {
        for (std::size_t c = 0; c < channels; ++c)
          values[vertex * channels + c] += weight * in[p * channels + c];
      }
    }
    for (std::size_t j = 0; j <= dimensions_; ++j) {
      values = blurred(values, channels, transposed ? dimensions_ - j : j);
    }
    const double alpha = 1 / (1 + std::pow(2.0, -static_cast<double>(dimensions_)));
    std::vector<double> out(in.size(), 0.0);
    for (std::size_t p = 0; p < corners_.size(); ++p) {
      for (const auto& [vertex, weight] : corners_[p]) {
        for (std::size_t c = 0; c < channels; ++c) {
          out[p * channels + c] += alpha * weight * values[vertex * channels + c];
        }
      }
    }
    return out;
  }

 private:
  using Key = std::vector<int>;
  struct Corner {
    std::size_t vertex;
    double weight;
  };
  /// A point's simplex: the remainder-0 vertex, the rank of each coordinate, barycentric coordinates.
  struct Simplex {
    std::vector<float> remainder0, weights;
    std::vector<int> rank;
  };

  [[nodiscard]] std::vector<float> elevated(std::span<const float> feature) const {
    const std::size_t d = dimensions_;
    // The classic code rounds this factor of the scale to float32 first.
    const auto deviation = static_cast<float>(std::sqrt(2.0 / 3.0) * static_cast<double>(d + 1));
    std::vector<float> out(d + 1);
    float sum = 0;
    for (std::size_t j = d; j > 0; --j) {
      const double scale = 1.0 / std::sqrt(static_cast<double>((j + 1) * j)) * static_cast<double>(deviation);
      const float scaled = feature[j - 1] * static_cast<float>(scale);
      const float multiple = static_cast<float>(j) * scaled;
      out[j] = sum - multiple;
      sum += scaled;
    }
    out[0] = sum;
    return out;
  }

  [[nodiscard]] Simplex enclosing(const std::vector<float>& position) const {
    const std::size_t d = dimensions_;
    const int size = static_cast<int>(d) + 1;
    const float reciprocal = 1.0F / static_cast<float>(size);  // the classic code multiplies by it
    Simplex out{std::vector<float>(d + 1), std::vector<float>(d + 2, 0.0F), std::vector<int>(d + 1, 0)};
    int sum = 0;
    for (std::size_t i = 0; i <= d; ++i) {
      const float nearest = std::nearbyint(position[i] * reciprocal);
      out.remainder0[i] = nearest * static_cast<float>(size);
      sum += static_cast<int>(nearest);
    }
    for (std::size_t i = 0; i < d; ++i) {
      for (std::size_t j = i + 1; j <= d; ++j) {
        const bool less = position[i] - out.remainder0[i] < position[j] - out.remainder0[j];
        ++out.rank[less ? i : j];
      }
    }
    for (std::size_t i = 0; i <= d; ++i) {
      out.rank[i] += sum;
      const int shift = out.rank[i] < 0 ? size : out.rank[i] >= size ? -size : 0;
      out.rank[i] += shift;
      out.remainder0[i] += static_cast<float>(shift);
      const float v = (position[i] - out.remainder0[i]) * reciprocal;
      const auto at = static_cast<std::size_t>(size - 1 - out.rank[i]);
      out.weights[at] += v;
      out.weights[at + 1] -= v;
    }
    out.weights[0] += 1 + out.weights[d + 1];
    return out;
  }

  std::vector<Corner> insert(std::span<const float> feature) {
    const Simplex simplex = enclosing(elevated(feature));
    std::vector<Corner> out;
    for (std::size_t k = 0; k <= dimensions_; ++k) {
      Key key(dimensions_);
      for (std::size_t i = 0; i < dimensions_; ++i) {
        const int step = static_cast<int>(k), turn = static_cast<int>(dimensions_) + 1;
        const bool below = simplex.rank[i] <= static_cast<int>(dimensions_) - step;
        key[i] = static_cast<int>(simplex.remainder0[i]) + (below ? step : step - turn);
      }
      const std::size_t vertex = vertices_.try_emplace(std::move(key), vertices_.size()).first->second;
      out.push_back({vertex, static_cast<double>(simplex.weights[k])});
    }
    return out;
  }

  [[nodiscard]] std::vector<double> blurred(const std::vector<double>& values, std::size_t channels,
                                            std::size_t axis) const {
    std::vector<double> out = values;
    for (const auto& [key, vertex] : vertices_) {
      for (const int direction : {-1, 1}) {
        Key neighbour = key;
        for (int& coordinate : neighbour) coordinate += direction;
        if (axis < dimensions_) neighbour[axis] -= direction * (static_cast<int>(dimensions_) + 1);
        const auto found = vertices_.find(neighbour);
        if (found == vertices_.end()) continue;
        for (std::size_t c = 0; c < channels; ++c) {
          out[vertex * channels + c] += values[found->second * channels + c] / 2;
        }
      }
    }
    return out;
  }

  std::size_t dimensions_;
  std::map<Key, std::size_t> vertices_;
  std::vector<std::vector<Corner>> corners_;
};

}  // namespace densecrf::oracle
