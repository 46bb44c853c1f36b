#include "densecrf/pool.h"

#include <cstdint>
#include <new>
#include <vector>

#include "base/buffer.h"
#include "base/thread_pool.h"
#include "base/worth.h"
#include "conv/axis.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

/// What one pixel is made of: rows of channels, where they begin, through which tap, with which weight.
struct Rows {
  std::vector<std::int32_t> offsets, taps;
  std::vector<float> weights;

  explicit Rows(std::size_t most) {
    offsets.reserve(most);
    taps.reserve(most);
    weights.reserve(most);
  }
  void clear() noexcept {
    offsets.clear();
    taps.clear();
    weights.clear();
  }
  void add(std::ptrdiff_t pixel, std::ptrdiff_t tap, float weight, std::size_t channels) {
    offsets.push_back(static_cast<std::int32_t>(pixel * static_cast<std::ptrdiff_t>(channels)));
    taps.push_back(static_cast<std::int32_t>(tap));
    weights.push_back(weight);
  }
};

class Pool {
 public:
  explicit Pool(const ConvShape& shape)
      : shape_(shape), y_(Axis::vertical(shape)), x_(Axis::horizontal(shape)) {}

  /// body(rows, first_channel, channels, at): `rows` of the input make the output at `at`.
  template <class Body>
  void for_outputs(Body body) const {
    for_pixels(
        y_.out, x_.out,
        [&](Rows& rows, std::ptrdiff_t image, std::ptrdiff_t y, std::ptrdiff_t x) {
          const Range vertical = y_.taps_of(y), horizontal = x_.taps_of(x);
          const float weight = 1.0F / static_cast<float>(vertical.size() * horizontal.size());
          for (std::ptrdiff_t i = vertical.first; i < vertical.last; ++i) {
            for (std::ptrdiff_t j = horizontal.first; j < horizontal.last; ++j) {
              rows.add((image * y_.in + y_.at(y, i)) * x_.in + x_.at(x, j), i * x_.taps + j, weight,
                       channels());
            }
          }
        },
        body);
  }
  /// The same for the gradient of the input, from rows of the output's.
  template <class Body>
  void for_inputs(Body body) const {
    const Readers vertical = readers(y_), horizontal = readers(x_);
    for_pixels(
        y_.in, x_.in,
        [&](Rows& rows, std::ptrdiff_t image, std::ptrdiff_t y, std::ptrdiff_t x) {
          for (const Reader& v : vertical[static_cast<std::size_t>(y)]) {
            for (const Reader& u : horizontal[static_cast<std::size_t>(x)]) {
              const float weight = 1.0F / static_cast<float>(v.inside * u.inside);
              rows.add((image * y_.out + v.output) * x_.out + u.output, v.tap * x_.taps + u.tap, weight,
                       channels());
            }
          }
        },
        body);
  }

 private:
  /// Pixels of fewer than this many others are not shared out whole, but by blocks of so many channels.
  static constexpr std::size_t kFewPixels = 16, kChannelBlock = 256;

  /// An output that reads an input, through which tap, and how many taps of its lie inside.
  struct Reader {
    std::ptrdiff_t output, tap, inside;
  };
  using Readers = std::vector<std::vector<Reader>>;

  static Readers readers(const Axis& axis) {
    Readers all(static_cast<std::size_t>(axis.in));
    for (std::ptrdiff_t o = 0; o < axis.out; ++o) {
      const Range taps = axis.taps_of(o);
      for (std::ptrdiff_t k = taps.first; k < taps.last; ++k) {
        all[static_cast<std::size_t>(axis.at(o, k))].push_back({o, k, taps.size()});
      }
    }
    return all;
  }

  [[nodiscard]] std::size_t channels() const noexcept { return shape_.input.channels; }

  template <class Collect, class Body>
  void for_pixels(std::ptrdiff_t height, std::ptrdiff_t width, Collect collect, Body body) const {
    const auto columns = static_cast<std::size_t>(width);
    const std::size_t lines = shape_.input.batch * static_cast<std::size_t>(height);
    const std::size_t taps = shape_.kernel_height * shape_.kernel_width;
    const std::size_t block = lines * columns < kFewPixels ? kChannelBlock : channels();
    const std::size_t blocks = (channels() + block - 1) / block, tasks = lines * blocks;
    const unsigned workers = workers_for(tasks, lines * columns * taps * channels() / 8);
    std::vector<Rows> lists(workers, Rows(0));
    for (Rows& rows : lists) rows = Rows(taps);
    parallel_for(tasks, workers, [&](std::size_t task, unsigned worker) noexcept {
      Rows& rows = lists[worker];
      const std::size_t line = task / blocks, first = task % blocks * block;
      const auto y = static_cast<std::ptrdiff_t>(line);
      for (std::ptrdiff_t x = 0; x < width; ++x) {
        rows.clear();
        collect(rows, y / height, y % height, x);
        const std::size_t at = (line * columns + static_cast<std::size_t>(x)) * channels() + first;
        body(rows, first, std::min(block, channels() - first), at);
      }
    });
  }

  const ConvShape& shape_;
  Axis y_, x_;
};

}  // namespace

Status max_pool(const ConvShape& shape, std::span<const float> input, std::span<float> output) noexcept try {
  const auto max_rows = kernels().max_rows;
  Pool(shape).for_outputs([&](const Rows& rows, std::size_t first, std::size_t channels, std::size_t at) {
    max_rows(input.data() + first, rows.offsets.data(), rows.offsets.size(), channels, output.data() + at);
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

Status average_pool(const ConvShape& shape, std::span<const float> input, std::span<float> output) noexcept
    try {
  const auto sum_rows = kernels().sum_rows;
  Pool(shape).for_outputs([&](const Rows& rows, std::size_t first, std::size_t channels, std::size_t at) {
    sum_rows(input.data() + first, rows.offsets.data(), rows.weights.data(), rows.offsets.size(), channels,
             output.data() + at);
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

Status global_average_pool(const ImageShape& shape, std::span<const float> input,
                           std::span<float> output) noexcept try {
  // Every line, then all lines: one long sum of single precision would lose small addends.
  Buffer<float> means(shape.batch * shape.height * shape.channels);
  const std::span<float> lines(means.data(), means.size());
  const ConvShape along{.input = shape,
                        .out_height = shape.height,
                        .out_width = 1,
                        .out_channels = shape.channels,
                        .kernel_height = 1,
                        .kernel_width = shape.width};
  if (const Status status = average_pool(along, input, lines); status != Status::kOk) return status;
  const ConvShape down{.input = {shape.batch, shape.height, 1, shape.channels},
                       .out_height = 1,
                       .out_width = 1,
                       .out_channels = shape.channels,
                       .kernel_height = shape.height,
                       .kernel_width = 1};
  return average_pool(down, lines, output);
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

Status max_pool_gradient(const ConvShape& shape, std::span<const float> input,
                         std::span<const float> out_gradient, std::span<float> gradient) noexcept try {
  const Pool pool(shape);
  const Kernels& use = kernels();
  Buffer<std::int32_t> chosen(out_gradient.size());
  pool.for_outputs([&](const Rows& rows, std::size_t first, std::size_t channels, std::size_t at) {
    use.argmax_of_rows(input.data() + first, rows.offsets.data(), rows.taps.data(), rows.offsets.size(),
                       channels, chosen.data() + at);
  });
  pool.for_inputs([&](const Rows& rows, std::size_t first, std::size_t channels, std::size_t at) {
    use.sum_chosen_rows(out_gradient.data() + first, chosen.data() + first, rows.offsets.data(),
                        rows.taps.data(), rows.offsets.size(), channels, gradient.data() + at);
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

Status average_pool_gradient(const ConvShape& shape, std::span<const float> out_gradient,
                             std::span<float> gradient) noexcept try {
  const auto sum_rows = kernels().sum_rows;
  Pool(shape).for_inputs([&](const Rows& rows, std::size_t first, std::size_t channels, std::size_t at) {
    sum_rows(out_gradient.data() + first, rows.offsets.data(), rows.weights.data(), rows.offsets.size(),
             channels, gradient.data() + at);
  });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
