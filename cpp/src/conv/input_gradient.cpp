#include <algorithm>
#include <new>
#include <vector>

#include "conv/axis.h"
#include "conv/direct.h"
#include "densecrf/conv.h"

namespace densecrf {
namespace {

/// Inputs that the same taps read, and the output that does so, as a shift from the first member's.
struct ReaderClass {
  std::vector<std::ptrdiff_t> taps, outputs;  ///< for each tap the output that reads the first member
  struct Member {
    std::ptrdiff_t input, shift;
  };
  std::vector<Member> members;
};

/// Inputs in one class lie a multiple of the stride apart: their residues are the same.
std::vector<ReaderClass> classify(const Axis& axis) {
  std::vector<ReaderClass> classes;
  for (std::ptrdiff_t i = 0; i < axis.in; ++i) {
    ReaderClass one;
    for (std::ptrdiff_t k = 0; k < axis.taps; ++k) {
      const std::ptrdiff_t from = i + axis.pad - k * axis.dilation;
      if (from < 0 || from % axis.stride != 0 || from / axis.stride >= axis.out) continue;
      one.taps.push_back(k);
      one.outputs.push_back(from / axis.stride);
    }
    auto at = std::find_if(classes.begin(), classes.end(),
                           [&](const ReaderClass& other) { return other.taps == one.taps; });
    if (at == classes.end()) at = classes.insert(at, one);
    at->members.push_back({i, one.taps.empty() ? 0 : one.outputs[0] - at->outputs[0]});
  }
  return classes;
}

std::size_t count_taps(const std::vector<ReaderClass>& classes) noexcept {
  std::size_t sum = 0;
  for (const ReaderClass& one : classes) sum += one.taps.size();
  return sum;
}

/// Input pixels as what is written, output pixels as what is read; no classes where their tables would be
/// too large.
DirectGeometry input_gradient_geometry(const ConvShape& shape, std::size_t most_bytes) {
  const Axis y = Axis::vertical(shape), x = Axis::horizontal(shape);
  const auto rows = classify(y), columns = classify(x);
  const auto depth = static_cast<std::ptrdiff_t>(shape.out_channels);
  const auto batch = static_cast<std::ptrdiff_t>(shape.input.batch);
  const auto number = [](std::ptrdiff_t i) { return static_cast<std::int32_t>(i); };
  DirectGeometry out{shape.out_channels, {}};
  if (count_taps(rows) * count_taps(columns) > most_bytes / sizeof(GemmSegment)) return out;
  for (const ReaderClass& row : rows) {
    for (const ReaderClass& column : columns) {
      DirectClass one;
      for (std::ptrdiff_t n = 0; n < batch; ++n) {
        for (const auto [input, shift] : row.members) {
          one.rows.push_back(
              {number((n * y.out + shift) * x.out * depth), number((n * y.in + input) * x.in)});
        }
      }
      for (const auto [input, shift] : column.members) {
        one.columns.push_back({number(shift * depth), number(input)});
      }
      for (std::size_t i = 0; i < row.taps.size(); ++i) {
        for (std::size_t j = 0; j < column.taps.size(); ++j) {
          one.taps.push_back({number((row.outputs[i] * x.out + column.outputs[j]) * depth),
                              number((row.taps[i] * x.taps + column.taps[j]) * depth)});
        }
      }
      out.classes.push_back(std::move(one));
    }
  }
  return out;
}

/// Whether the gradient is itself a convolution of stride 1 with no less than no padding.
bool is_convolution(const ConvShape& shape) noexcept {
  return shape.stride_y == 1 && shape.stride_x == 1 &&
         shape.pad_top <= (shape.kernel_height - 1) * shape.dilation_y &&
         shape.pad_left <= (shape.kernel_width - 1) * shape.dilation_x;
}

ConvShape mirrored(const ConvShape& shape) noexcept {
  ConvShape out = shape;
  out.input = {shape.input.batch, shape.out_height, shape.out_width, shape.out_channels};
  out.out_height = shape.input.height, out.out_width = shape.input.width;
  out.out_channels = shape.input.channels;
  out.pad_top = (shape.kernel_height - 1) * shape.dilation_y - shape.pad_top;
  out.pad_left = (shape.kernel_width - 1) * shape.dilation_x - shape.pad_left;
  return out;
}

/// [taps, channels, out_channels] as [taps backwards, out_channels, channels].
std::vector<float> mirrored(std::span<const float> filter, std::size_t channels, std::size_t out_channels) {
  const std::size_t each = channels * out_channels, taps = filter.size() / each;
  std::vector<float> out(filter.size());
  for (std::size_t tap = 0; tap < taps; ++tap) {
    const float* const from = &filter[tap * each];
    float* const to = &out[(taps - 1 - tap) * each];
    constexpr std::size_t kBlock = 16;  // whole cache lines of both
    for (std::size_t first = 0; first < channels; first += kBlock) {
      const std::size_t last = std::min(first + kBlock, channels);
      for (std::size_t k = 0; k < out_channels; ++k) {
        for (std::size_t c = first; c < last; ++c) to[k * channels + c] = from[c * out_channels + k];
      }
    }
  }
  return out;
}

}  // namespace

PlanResult plan_conv2d_input_gradient(const ConvShape& shape, std::span<const float> filter,
                                      const PlanOptions& options) noexcept try {
  const std::size_t channels = shape.input.channels, taps = shape.kernel_height * shape.kernel_width;
  if (is_convolution(shape)) {
    return plan_conv2d(mirrored(shape), mirrored(filter, channels, shape.out_channels), {}, options);
  }
  const MemoryLimit limit = limit_of(options, filter.size(), pictures_of(shape));
  return make_direct(input_gradient_geometry(shape, limit.most),
                     view_transposed(filter, taps, shape.out_channels, channels), {}, limit);
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
