#pragma once
// The points of a pairwise term in its feature space, for the oracles.
#include <cstddef>
#include <span>
#include <vector>

#include "densecrf/crf.h"

namespace densecrf::oracle {

/// One point's features after the other.
struct FeatureTable {
  std::size_t points = 0, dimensions = 0;
  std::vector<float> values;  ///< [points, dimensions]

  [[nodiscard]] std::span<const float> of(std::size_t point) const {
    return std::span(values).subspan(point * dimensions, dimensions);
  }
};

inline float channel(const PairwiseTerm& term, std::size_t points, std::size_t point, std::size_t c) {
  const std::size_t channels = term.channel_sigmas.size();
  const std::size_t at = term.layout == Layout::kChannelsLast ? point * channels + c : c * points + point;
  return term.byte_channels.empty() ? term.float_channels[at] : static_cast<float>(term.byte_channels[at]);
}

/// The kernel's parameters times the features; none, ones and the identity change nothing.
inline std::vector<float> transformed(const PairwiseTerm& term, const std::vector<float>& features) {
  const std::size_t d = features.size();
  if (term.kernel_parameters.empty()) return features;
  std::vector<float> out(d, 0.0F);
  for (std::size_t i = 0; i < d; ++i) {
    if (term.kernel == KernelType::kDiag) out[i] = term.kernel_parameters[i] * features[i];
    if (term.kernel == KernelType::kFull) {
      for (std::size_t j = 0; j < d; ++j) out[i] += term.kernel_parameters[i * d + j] * features[j];
    }
  }
  return out;
}

/// Grid positions (fastest axis first) and channels, each divided by its sigma, then the kernel's parameters.
inline FeatureTable feature_table(std::span<const std::size_t> extents, const PairwiseTerm& term) {
  FeatureTable out;
  out.points = 1;
  for (const std::size_t extent : extents) out.points *= extent;
  out.dimensions = term.position_sigmas.size() + term.channel_sigmas.size();
  for (std::size_t point = 0; point < out.points; ++point) {
    std::vector<float> features;
    std::size_t rest = point;
    for (std::size_t axis = 0; axis < term.position_sigmas.size(); ++axis) {
      const std::size_t extent = extents[extents.size() - 1 - axis];
      features.push_back(static_cast<float>(rest % extent) / term.position_sigmas[axis]);
      rest /= extent;
    }
    for (std::size_t c = 0; c < term.channel_sigmas.size(); ++c) {
      features.push_back(channel(term, out.points, point, c) / term.channel_sigmas[c]);
    }
    features = transformed(term, features);
    out.values.insert(out.values.end(), features.begin(), features.end());
  }
  return out;
}

}  // namespace densecrf::oracle
