#pragma once
// Reproducible random dense CRFs for the tests.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "densecrf/crf.h"

namespace densecrf::oracle {

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  /// Uniform in [low, high).
  double real(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_()) / 4294967296.0;
  }
  std::size_t integer(std::size_t low, std::size_t high) { return low + engine_() % (high - low + 1); }
  std::vector<float> reals(std::size_t count, double low, double high) {
    std::vector<float> out(count);
    for (float& x : out) x = static_cast<float>(real(low, high));
    return out;
  }

 private:
  std::mt19937 engine_;
};

/// A term and the arrays that its spans look at.
struct OwnedTerm {
  std::vector<float> position_sigmas, channel_sigmas, float_channels, kernel_parameters;
  std::vector<std::uint8_t> byte_channels;
  Layout layout = Layout::kChannelsLast;
  Normalization normalization = Normalization::kSymmetric;
  KernelType kernel = KernelType::kConst;
  Compatibility compatibility{CompatibilityType::kPotts, {3.0F}};

  [[nodiscard]] PairwiseTerm view() const {
    PairwiseTerm out;
    out.position_sigmas = position_sigmas;
    out.byte_channels = byte_channels;
    out.float_channels = float_channels;
    out.channel_sigmas = channel_sigmas;
    out.layout = layout;
    out.normalization = normalization;
    out.kernel = kernel;
    out.kernel_parameters = kernel_parameters;
    out.compatibility = compatibility;
    return out;
  }
};

struct RandomCase {
  std::vector<std::size_t> extents;
  std::size_t labels = 2;
  std::vector<float> energy;  ///< [points, labels]
  std::vector<OwnedTerm> terms;

  [[nodiscard]] std::size_t points() const { return energy.size() / labels; }
};

/// Energies that are smooth along the grid, as a network's are, plus a little noise.
inline RandomCase random_grid(Random& random, std::vector<std::size_t> extents, std::size_t labels) {
  RandomCase out{std::move(extents), labels, {}, {}};
  std::size_t points = 1;
  for (const std::size_t extent : out.extents) points *= extent;
  const auto phases = random.reals(labels, 0, 6), speeds = random.reals(labels, 0.05, 0.4);
  const std::size_t row = out.extents.back();
  for (std::size_t p = 0; p < points; ++p) {
    for (std::size_t l = 0; l < labels; ++l) {
      const double x = static_cast<double>(p % row), y = static_cast<double>(p / row);
      const double wave = std::sin(phases[l] + x * speeds[l]) * std::cos(phases[l] * 2 + y * speeds[l]);
      out.energy.push_back(static_cast<float>(2 + 2 * wave + random.real(-0.2, 0.2)));
    }
  }
  return out;
}

/// A picture of blurred blobs, [points, channels], in bytes.
inline std::vector<std::uint8_t> random_picture(Random& random, const RandomCase& crf, std::size_t channels) {
  std::vector<std::uint8_t> out;
  const auto phases = random.reals(channels, 0, 6), speeds = random.reals(channels, 0.05, 0.4);
  const std::size_t row = crf.extents.back();
  for (std::size_t p = 0; p < crf.points(); ++p) {
    for (std::size_t c = 0; c < channels; ++c) {
      const double x = static_cast<double>(p % row), y = static_cast<double>(p / row);
      const double wave = std::sin(phases[c] + x * speeds[c]) * std::sin(phases[c] + y * speeds[c]);
      out.push_back(static_cast<std::uint8_t>(128 + 100 * wave + random.real(-20, 20)));
    }
  }
  return out;
}

inline OwnedTerm gaussian(const RandomCase& crf, float sigma) {
  OwnedTerm out;
  out.position_sigmas.assign(crf.extents.size(), sigma);
  return out;
}

inline OwnedTerm bilateral(Random& random, const RandomCase& crf, std::size_t channels, float sigma,
                           float channel_sigma) {
  OwnedTerm out = gaussian(crf, sigma);
  out.byte_channels = random_picture(random, crf, channels);
  out.channel_sigmas.assign(channels, channel_sigma);
  return out;
}

/// Any features at all, in `dimensions` dimensions.
inline OwnedTerm point_features(Random& random, const RandomCase& crf, std::size_t dimensions) {
  OwnedTerm out;
  out.float_channels = random.reals(crf.points() * dimensions, -2, 2);
  out.channel_sigmas.assign(dimensions, 1.5F);
  return out;
}

inline Compatibility random_compatibility(Random& random, std::size_t labels, CompatibilityType type) {
  Compatibility out{type, {}};
  if (type == CompatibilityType::kPotts) out.values = random.reals(1, 0.5, 4);
  if (type == CompatibilityType::kDiagonal) out.values = random.reals(labels, -4, -0.5);
  if (type == CompatibilityType::kMatrix) {
    out.values = random.reals(labels * labels, -0.5, 0.5);
    for (std::size_t l = 0; l < labels; ++l) out.values[l * labels + l] -= 3;
  }
  return out;
}

}  // namespace densecrf::oracle
