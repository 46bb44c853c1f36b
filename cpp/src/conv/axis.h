#pragma once
// One axis of a convolution or of a pool, and which of its taps lie inside the picture.
#include <algorithm>
#include <cstddef>

#include "densecrf/conv.h"

namespace densecrf {

/// first, ..., last - 1
struct Range {
  std::ptrdiff_t first, last;
  [[nodiscard]] std::ptrdiff_t size() const noexcept { return last - first; }
  [[nodiscard]] bool holds(std::ptrdiff_t i) const noexcept { return i >= first && i < last; }
};

/// Output o reads, through tap k, input o stride + k dilation - pad.
struct Axis {
  std::ptrdiff_t in, out, taps, stride, dilation, pad;

  static Axis vertical(const ConvShape& s) noexcept {
    return of(s.input.height, s.out_height, s.kernel_height, s.stride_y, s.dilation_y, s.pad_top);
  }
  static Axis horizontal(const ConvShape& s) noexcept {
    return of(s.input.width, s.out_width, s.kernel_width, s.stride_x, s.dilation_x, s.pad_left);
  }

  [[nodiscard]] std::ptrdiff_t at(std::ptrdiff_t o, std::ptrdiff_t k) const noexcept {
    return o * stride + k * dilation - pad;
  }
  /// The taps through which output o reads inside the picture.
  [[nodiscard]] Range taps_of(std::ptrdiff_t o) const noexcept { return inside(at(o, 0), dilation, taps); }
  /// The outputs that read inside the picture through tap k.
  [[nodiscard]] Range outputs_of(std::ptrdiff_t k) const noexcept { return inside(at(0, k), stride, out); }

 private:
  static Axis of(std::size_t in, std::size_t out, std::size_t taps, std::size_t stride, std::size_t dilation,
                 std::size_t pad) noexcept {
    const auto whole = [](std::size_t x) { return static_cast<std::ptrdiff_t>(x); };
    return {whole(in), whole(out), whole(taps), whole(stride), whole(dilation), whole(pad)};
  }
  /// The i below `count` for which 0 <= from + i step < in.
  [[nodiscard]] Range inside(std::ptrdiff_t from, std::ptrdiff_t step, std::ptrdiff_t count) const noexcept {
    const std::ptrdiff_t first = from < 0 ? (-from + step - 1) / step : 0;
    const std::ptrdiff_t last = from < in ? (in - from + step - 1) / step : 0;
    return {std::min(first, count), std::max(std::min(last, count), std::min(first, count))};
  }
};

}  // namespace densecrf
