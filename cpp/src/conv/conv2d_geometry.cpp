#include <algorithm>

#include "conv/direct.h"

namespace densecrf {
namespace {

/// One axis of a convolution.
struct Axis {
  std::size_t size, out, kernel, stride, dilation, pad;
};

/// Output rows (or columns) that have the taps from `first` to `last` in the picture; where each of them
/// lies, and where it reads with the first.
struct AxisClass {
  std::size_t first, last;
  struct Member {
    std::size_t input, output;
  };
  std::vector<Member> members;
};

std::vector<AxisClass> classify(const Axis& axis) {
  std::vector<AxisClass> classes;
  for (std::size_t y = 0; y < axis.out; ++y) {
    const std::size_t start = y * axis.stride, end = axis.size + axis.pad;  // both counted in padded rows
    const std::size_t before = axis.pad > start ? axis.pad - start : 0,
                      within = end > start ? end - start : 0;
    const std::size_t last = std::min((within + axis.dilation - 1) / axis.dilation, axis.kernel);
    const std::size_t first = std::min((before + axis.dilation - 1) / axis.dilation, last);
    auto at = std::find_if(classes.begin(), classes.end(), [&](const AxisClass& one) {
      return (one.first == first && one.last == last) || (one.first == one.last && first == last);
    });
    if (at == classes.end()) at = classes.insert(at, {first, last, {}});
    at->members.push_back({first == last ? 0 : start + first * axis.dilation - axis.pad, y});
  }
  return classes;
}

std::size_t count_taps(const std::vector<AxisClass>& classes) noexcept {
  std::size_t sum = 0;
  for (const AxisClass& one : classes) sum += one.last - one.first;
  return sum;
}

}  // namespace

DirectGeometry conv2d_geometry(const ConvShape& shape, std::size_t most_bytes) {
  const auto [batch, height, width, channels] = shape.input;
  const auto rows = classify(
      {height, shape.out_height, shape.kernel_height, shape.stride_y, shape.dilation_y, shape.pad_top});
  const auto columns = classify(
      {width, shape.out_width, shape.kernel_width, shape.stride_x, shape.dilation_x, shape.pad_left});
  const auto number = [](std::size_t x) { return static_cast<std::int32_t>(x); };
  DirectGeometry out{channels, {}};
  if (count_taps(rows) * count_taps(columns) > most_bytes / sizeof(GemmSegment)) return out;
  for (const AxisClass& row : rows) {
    for (const AxisClass& column : columns) {
      DirectClass one;
      for (std::size_t n = 0; n < batch; ++n) {
        for (const auto [input, output] : row.members) {
          one.rows.push_back({number((n * height + input) * width * channels),
                              number((n * shape.out_height + output) * shape.out_width)});
        }
      }
      for (const auto [input, output] : column.members) {
        one.columns.push_back({number(input * channels), number(output)});
      }
      for (std::size_t i = row.first; i < row.last; ++i) {
        for (std::size_t j = column.first; j < column.last; ++j) {
          const std::size_t down = (i - row.first) * shape.dilation_y,
                            right = (j - column.first) * shape.dilation_x;
          one.taps.push_back(
              {number((down * width + right) * channels), number((i * shape.kernel_width + j) * channels)});
        }
      }
      out.classes.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace densecrf
