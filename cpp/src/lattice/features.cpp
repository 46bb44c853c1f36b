#include "lattice/features.h"

#include <algorithm>
#include <utility>

namespace densecrf {
namespace {

template <class T>
std::vector<T> channels_last(std::span<const T> values, std::size_t points, std::size_t channels,
                             Layout layout) {
  if (layout == Layout::kChannelsLast || channels == 1) return {values.begin(), values.end()};
  std::vector<T> out(values.size());
  for (std::size_t i = 0; i < points; ++i) {
    for (std::size_t c = 0; c < channels; ++c) out[i * channels + c] = values[c * points + i];
  }
  return out;
}

/// The least and the greatest value of each channel, 0 included; `values` are [points, channels].
template <class T>
std::pair<std::vector<T>, std::vector<T>> extremes_of(const std::vector<T>& values, std::size_t channels) {
  // So many points side by side: each value has a place of its own, as registers like it.
  constexpr std::size_t kPoints = 64;
  const std::size_t width = kPoints * channels;
  std::vector<T> lows(width, 0), highs(width, 0);
  T* __restrict low = lows.data();
  T* __restrict high = highs.data();
  for (std::size_t first = 0; first < values.size(); first += width) {
    const T* __restrict from = values.data() + first;
    const std::size_t count = std::min(width, values.size() - first);
    for (std::size_t i = 0; i < count; ++i) low[i] = std::min(low[i], from[i]);
    for (std::size_t i = 0; i < count; ++i) high[i] = std::max(high[i], from[i]);
  }
  for (std::size_t i = channels; i < width; ++i) {
    low[i % channels] = std::min(low[i % channels], low[i]);
    high[i % channels] = std::max(high[i % channels], high[i]);
  }
  return {std::move(lows), std::move(highs)};
}

}  // namespace

Features::Features(const PairwiseTerm& term, std::span<const std::size_t> extents, std::size_t points)
    : extents_(extents.rbegin(), extents.rend()),
      position_sigmas_(term.position_sigmas.begin(), term.position_sigmas.end()),
      channel_sigmas_(term.channel_sigmas.begin(), term.channel_sigmas.end()),
      kernel_(term.kernel),
      parameters_(term.kernel_parameters.begin(), term.kernel_parameters.end()) {
  const std::size_t channels = channel_sigmas_.size();
  if (!term.byte_channels.empty()) {
    channels_ = channels_last(term.byte_channels, points, channels, term.layout);
    byte_tables_.resize(channels * 256);
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t v = 0; v < 256; ++v)
        byte_tables_[c * 256 + v] = static_cast<float>(v) / channel_sigmas_[c];
    }
  } else {
    channels_ = channels_last(term.float_channels, points, channels, term.layout);
  }
  if (!position_sigmas_.empty()) {
    position_tables_.resize(extents_[0]);
    for (std::size_t x = 0; x < extents_[0]; ++x)
      position_tables_[x] = static_cast<float>(x) / position_sigmas_[0];
  }
  find_raw_bounds();
  const std::size_t d = dimensions();
  if (!parameters_.empty() || kernel_ == KernelType::kConst) return;
  if (kernel_ == KernelType::kDiag) {
    parameters_.assign(d, 1);
  } else {
    parameters_.assign(d * d, 0);
    for (std::size_t i = 0; i < d; ++i) parameters_[i * d + i] = 1;
  }
}

void Features::find_raw_bounds() {
  for (std::size_t axis = 0; axis < position_sigmas_.size(); ++axis) {
    raw_bounds_.push_back({0, static_cast<double>(extents_[axis] - 1) / position_sigmas_[axis]});
  }
  const std::size_t channels = channel_sigmas_.size();
  std::visit(
      [&](const auto& values) {
        const auto [low, high] = extremes_of(values, channels);
        for (std::size_t c = 0; c < channels; ++c) {
          const double sigma = channel_sigmas_[c];
          raw_bounds_.push_back({static_cast<double>(low[c]) / sigma, static_cast<double>(high[c]) / sigma});
        }
      },
      channels_);
}

std::vector<Interval> Features::bounds() const {
  const std::vector<Interval>& raw = raw_bounds_;
  if (kernel_ == KernelType::kConst) return raw;

  const std::size_t d = raw.size();
  std::vector<Interval> transformed(d, Interval{0, 0});
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      if (kernel_ == KernelType::kDiag && i != j) continue;
      const double p = kernel_ == KernelType::kDiag ? parameters_[i] : parameters_[i * d + j];
      transformed[i].low += std::min(p * raw[j].low, p * raw[j].high);
      transformed[i].high += std::max(p * raw[j].low, p * raw[j].high);
    }
  }
  return transformed;
}

void Features::fill(const Tiling& tiling, std::size_t tile, float* out, std::size_t stride) const noexcept {
  const std::size_t start = tiling.start(tile);
  tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
    fill_positions(first, count, out + (place - start), stride);
    fill_channels(first, count, out + (place - start), stride);
  });
  if (kernel_ != KernelType::kConst) transform(out, tiling.size(tile), stride);
}

// A run lies on the fastest axis: every other coordinate is the same for all of it.
void Features::fill_positions(std::size_t first, std::size_t count, float* out,
                              std::size_t stride) const noexcept {
  if (position_sigmas_.empty()) return;
  const std::size_t x = first % extents_[0];
  std::copy_n(position_tables_.data() + x, count, out);
  std::size_t rest = first / extents_[0];
  for (std::size_t axis = 1; axis < position_sigmas_.size(); ++axis) {
    const float position = static_cast<float>(rest % extents_[axis]) / position_sigmas_[axis];
    std::fill_n(out + axis * stride, count, position);
    rest /= extents_[axis];
  }
}

void Features::fill_channels(std::size_t first, std::size_t count, float* out,
                             std::size_t stride) const noexcept {
  const std::size_t channels = channel_sigmas_.size();
  float* to = out + position_sigmas_.size() * stride;
  if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&channels_)) {
    const std::uint8_t* from = bytes->data() + first * channels;
    for (std::size_t c = 0; c < channels; ++c) {
      const float* table = byte_tables_.data() + c * 256;
      for (std::size_t i = 0; i < count; ++i) to[c * stride + i] = table[from[i * channels + c]];
    }
  } else {
    const float* from = std::get<std::vector<float>>(channels_).data() + first * channels;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = 0; i < count; ++i)
        to[c * stride + i] = from[i * channels + c] / channel_sigmas_[c];
    }
  }
}

void Features::transform(float* features, std::size_t count, std::size_t stride) const noexcept {
  const std::size_t d = dimensions();
  for (std::size_t p = 0; p < count; ++p) {
    float raw[kMaxDimensions];
    for (std::size_t i = 0; i < d; ++i) raw[i] = features[i * stride + p];
    for (std::size_t i = 0; i < d; ++i) {
      if (kernel_ == KernelType::kDiag) {
        features[i * stride + p] = parameters_[i] * raw[i];
      } else {
        float sum = 0;
        for (std::size_t j = 0; j < d; ++j) sum += parameters_[i * d + j] * raw[j];
        features[i * stride + p] = sum;
      }
    }
  }
}

std::size_t Features::bytes() const noexcept {
  return std::visit([](const auto& values) { return values.capacity() * sizeof(values[0]); }, channels_);
}

}  // namespace densecrf
