#pragma once
// The features of one Gaussian kernel: grid positions / sigma, then channels / sigma, then the kernel's
// own linear transform. They are computed tile by tile, never stored.
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "densecrf/crf.h"
#include "kernels/kernels.h"
#include "lattice/tiling.h"

namespace densecrf {

struct Interval {
  double low, high;
};

class Features {
 public:
  Features() = default;
  /// Copies what the term's spans hold; the parameters are set apart.
  Features(const PairwiseTerm& term, std::span<const std::size_t> extents, std::size_t points);

  [[nodiscard]] std::size_t dimensions() const noexcept {
    return position_sigmas_.size() + channel_sigmas_.size();
  }
  [[nodiscard]] KernelType kernel() const noexcept { return kernel_; }
  /// None for const, [d] for diag, [d, d] for full.
  [[nodiscard]] std::span<const float> parameters() const noexcept { return parameters_; }
  void set_parameters(std::span<const float> parameters) {
    parameters_.assign(parameters.begin(), parameters.end());
  }

  /// Bounds of every feature after the transform, 0 included.
  [[nodiscard]] std::vector<Interval> bounds() const;
  /// Features of a tile's points, [dimensions, stride], in the processing order.
  void fill(const Tiling& tiling, std::size_t tile, float* out, std::size_t stride) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  void find_raw_bounds();
  void fill_positions(std::size_t first, std::size_t count, float* out, std::size_t stride) const noexcept;
  void fill_channels(std::size_t first, std::size_t count, float* out, std::size_t stride) const noexcept;
  void transform(float* features, std::size_t count, std::size_t stride) const noexcept;

  std::vector<std::size_t> extents_;  // fastest axis first
  std::vector<float> position_sigmas_, channel_sigmas_;
  std::vector<float> position_tables_;                                    // x / sigma of the fastest axis
  std::vector<float> byte_tables_;                                        // [channels, 256] value / sigma
  std::variant<std::vector<std::uint8_t>, std::vector<float>> channels_;  // [points, channels]
  std::vector<Interval> raw_bounds_;                                      // before the transform
  KernelType kernel_ = KernelType::kConst;
  std::vector<float> parameters_;
};

}  // namespace densecrf
