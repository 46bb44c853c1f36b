#include "conv/winograd.h"

#include <algorithm>
#include <new>

#include "base/buffer.h"
#include "base/parallel_steps.h"
#include "conv/winograd_groups.h"
#include "conv/winograd_weights.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

using namespace winograd;

constexpr std::size_t kTilesAtOnce = 4;

/// Indices of the samples 0, ..., count - 1 at from, from + step, ... that lie in [0, size).
struct Inside {
  std::size_t begin, end;
  Inside(std::ptrdiff_t from, std::size_t step, std::size_t count, std::size_t size) noexcept {
    const auto reaches = [&](std::size_t i, std::ptrdiff_t limit) {
      return from + static_cast<std::ptrdiff_t>(i * step) >= limit;
    };
    for (begin = 0; begin < count && !reaches(begin, 0); ++begin) continue;
    for (end = begin; end < count && !reaches(end, static_cast<std::ptrdiff_t>(size)); ++end) continue;
  }
};

Buffer<float> padded(std::span<const float> values, std::size_t size) {
  Buffer<float> out(size);
  std::fill(out.begin(), out.end(), 0.0F);
  std::copy(values.begin(), values.end(), out.begin());
  return out;
}

class WinogradPlan final : public LayerPlan {
 public:
  WinogradPlan(const ConvShape& shape, const Budget& budget, const Portions& portions, const Tiling& tiling,
               std::span<const float> filter, const Epilogue& epilogue)
      : shape_(shape),
        budget_(budget),
        slots_(tiling.slots),
        groups_(shape, tiling, portions),
        weights_(shape, budget, portions, slots_, filter),
        bias_(padded(epilogue.bias, budget.columns)),
        slopes_(padded(epilogue.slopes, budget.columns)),
        activation_(epilogue.activation),
        slope_(epilogue.slope) {
    std::size_t most = 0, at_once = 0;
    for (const Group& group : groups_.groups) {
      most = std::max(most, group.rows);
      at_once = std::max(at_once, group.before + group.rows);
    }
    transformed_ = Buffer<float>(at_once * budget.chunks * budget.row_stride);
    sums_ = Buffer<float>(budget.workers * (sums_size_ = most * portions.columns));
  }

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    const unsigned workers = std::min(budget_.workers, concurrency());
    for (std::size_t pass = 0; pass + 1 < groups_.passes.size(); ++pass) {
      const std::size_t first = groups_.passes[pass], count = groups_.passes[pass + 1] - first;
      const std::size_t first_run = groups_.groups[first].first_run;
      const std::size_t last_run = groups_.groups[first + count - 1].last_run;
      const std::size_t tile = groups_.runs[first_run].first;
      const std::size_t tiles = groups_.runs[last_run - 1].first + groups_.runs[last_run - 1].count - tile;
      const std::size_t parts = (tiles + kTilesAtOnce - 1) / kTilesAtOnce;
      Status status = parallel_steps(parts, workers, control, [&](std::size_t part, unsigned) {
        const std::size_t from = part * kTilesAtOnce;
        for (std::size_t i = from; i < std::min(from + kTilesAtOnce, tiles); ++i)
          transform(tile + i, first_run, last_run, input);
      });
      if (status != Status::kOk) return status;
      // Tasks that begin one after the other read the same weights.
      status = parallel_steps(weights_.blocks().size() * count, workers, control,
                              [&](std::size_t task, unsigned worker) {
                                multiply(first + task % count, task / count, worker);
                                finish(first + task % count, task / count, worker, output, pixel_stride);
                              });
      if (status != Status::kOk) return status;
    }
    return Status::kOk;
  }

  [[nodiscard]] std::size_t bytes() const noexcept override {
    return weights_.bytes() + bias_.bytes() + slopes_.bytes() + transformed_.bytes() + sums_.bytes() +
           groups_.bytes();
  }
  [[nodiscard]] std::string_view algorithm() const noexcept override { return "winograd"; }

 private:
  [[nodiscard]] std::size_t depth(std::size_t chunk) const noexcept {
    return std::min(budget_.depth, shape_.input.channels - chunk * budget_.depth);
  }
  [[nodiscard]] std::size_t transformed_at(const Group& group, std::size_t chunk,
                                           std::size_t row) const noexcept {
    return (group.before * budget_.chunks + chunk * group.rows + row) * budget_.row_stride;
  }

  void transform(std::size_t index, std::size_t first_run, std::size_t last_run,
                 const float* input) noexcept {
    const auto runs = std::span(groups_.runs).subspan(first_run, last_run - first_run);
    const Run& run = *std::prev(std::upper_bound(
        runs.begin(), runs.end(), index, [](std::size_t i, const Run& other) { return i < other.first; }));
    const Tile& tile = groups_.tiles[index];
    const Scheme &y = scheme(run.forms.y), &x = scheme(run.forms.x);
    const auto& [batch, height, width, channels] = shape_.input;
    const auto from = [](std::size_t start, const Scheme& scheme, std::size_t step, std::size_t pad) {
      const std::size_t first =
          scheme.inputs == scheme.outputs ? step : 0;  // alone: no sample before its own
      return static_cast<std::ptrdiff_t>(start + first) - static_cast<std::ptrdiff_t>(pad);
    };
    const std::ptrdiff_t from_y = from(tile.y, y, shape_.dilation_y, shape_.pad_top);
    const std::ptrdiff_t from_x = from(tile.x, x, shape_.dilation_x, shape_.pad_left);
    const Inside in_y(from_y, shape_.dilation_y, y.inputs, height),
        in_x(from_x, shape_.dilation_x, x.inputs, width);
    const auto row = static_cast<std::ptrdiff_t>(width * channels),
               pixel = static_cast<std::ptrdiff_t>(channels);
    WinogradInput work{};
    work.input = input + tile.image * height * width * channels;
    work.origin = from_y * row + from_x * pixel;
    work.step_y = shape_.dilation_y * width * channels;
    work.step_x = shape_.dilation_x * channels;
    work.y_begin = in_y.begin, work.y_end = in_y.end, work.x_begin = in_x.begin, work.x_end = in_x.end;
    work.forms = run.forms;
    work.rows = run.rows.data();
    work.row_stride = budget_.row_stride;
    for (std::size_t chunk = 0; chunk < budget_.chunks; ++chunk) {
      work.channels = depth(chunk);
      work.out = transformed_.data() + transformed_at(groups_.groups[run.group], chunk, index - run.first);
      kernels().winograd_input(work);
      work.input += work.channels;
    }
  }

  [[nodiscard]] float* sums(const Group& group, std::size_t block, std::size_t panel,
                            unsigned worker) noexcept {
    const auto& panels = weights_.panels();
    const std::size_t before = panels[panel].first - panels[weights_.blocks()[block].first].first;
    return sums_.data() + worker * sums_size_ + before * group.rows;
  }

  /// All products of a group with a block of columns; what comes next is fetched meanwhile.
  void multiply(std::size_t g, std::size_t block, unsigned worker) noexcept {
    const Group& group = groups_.groups[g];
    const auto [first_panel, last_panel, columns] = weights_.blocks()[block];
    GemmPanel work{};
    work.row_stride = budget_.row_stride;
    for (std::size_t s = 0; s < group.slots.size(); ++s) {
      const SlotRows& rows = group.slots[s];
      for (std::size_t chunk = 0; chunk < budget_.chunks; ++chunk) {
        const bool last_chunk = chunk + 1 == budget_.chunks, last = last_chunk && s + 1 == group.slots.size();
        for (std::size_t p = first_panel; p < last_panel; ++p) {
          work.input = transformed_.data() + transformed_at(group, chunk, rows.first);
          work.count = rows.count;
          work.depth = depth(chunk);
          work.width = weights_.panels()[p].width;
          work.weights = weights_.get(block, rows.slot, chunk, p);
          work.sums = sums(group, block, p, worker) + rows.first * work.width;
          work.first = chunk == 0;
          // The next weights are needed by these rows, the next rows by all panels.
          if (p + 1 < last_panel) {
            work.prefetch = weights_.get(block, rows.slot, chunk, p + 1);
            work.prefetch_bytes = work.depth * work.width * sizeof(float);
          } else {
            const SlotRows& next = last_chunk ? group.slots[last ? s : s + 1] : rows;
            work.prefetch =
                last ? nullptr
                     : transformed_.data() + transformed_at(group, last_chunk ? 0 : chunk + 1, next.first);
            work.prefetch_bytes = next.count * budget_.row_stride * sizeof(float);
          }
          kernels().gemm_panel(work);
        }
      }
    }
  }

  void finish(std::size_t g, std::size_t block, unsigned worker, float* output,
              std::size_t pixel_stride) noexcept {
    const Group& group = groups_.groups[g];
    WinogradOutput work{};
    work.step_x = shape_.dilation_x * pixel_stride;
    work.step_y = shape_.dilation_y * shape_.out_width * pixel_stride;
    for (std::size_t r = group.first_run; r < group.last_run; ++r) {
      const Run& run = groups_.runs[r];
      work.forms = run.forms;
      work.rows = run.rows.data();
      for (std::size_t i = 0; i < run.count; ++i) {
        const Tile& tile = groups_.tiles[run.first + i];
        work.outputs_y = tile.outputs_y, work.outputs_x = tile.outputs_x;
        const std::size_t pixel = (tile.image * shape_.out_height + tile.y) * shape_.out_width + tile.x;
        for (std::size_t p = weights_.blocks()[block].first; p < weights_.blocks()[block].last; ++p) {
          const Panel& panel = weights_.panels()[p];
          work.width = panel.width;
          work.columns = panel.columns;
          work.sums = sums(group, block, p, worker) + i * panel.width;
          work.output = output + pixel * pixel_stride + panel.first;
          work.epilogue = {bias_.data() + panel.first, activation_, slope_, slopes_.data() + panel.first};
          kernels().winograd_output(work);
        }
      }
    }
  }

  ConvShape shape_;
  Budget budget_;
  std::vector<Slot> slots_;
  Groups groups_;
  Weights weights_;
  Buffer<float> bias_, slopes_;
  Activation activation_;
  float slope_;
  std::size_t sums_size_ = 0;
  Buffer<float> transformed_, sums_;
};

}  // namespace

bool winograd_fits(const ConvShape& shape) noexcept {
  return shape.kernel_height == 3 && shape.kernel_width == 3 && shape.stride_y == 1 && shape.stride_x == 1;
}

WinogradCost winograd_cost(const ConvShape& shape, const PlanOptions& options) {
  const Budget budget(shape, options);
  const Tiling tiling = choose_tiling(shape, budget);
  const Portions portions = budget.portions(tiling);
  const std::size_t passes = portions.rows == 0 ? 1 : (tiling.rows + portions.rows - 1) / portions.rows;
  const auto weights = static_cast<double>(shape.input.channels * shape.out_channels);
  return {tiling.time, static_cast<double>(tiling.rows) * weights,
          static_cast<double>(tiling.slots.size() * passes * sizeof(float)) * weights, portions.bytes};
}

PlanResult make_winograd(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                         const PlanOptions& options) noexcept try {
  const Budget budget(shape, options);
  const Tiling tiling = choose_tiling(shape, budget);
  const Portions portions = budget.portions(tiling);
  if (portions.rows == 0) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::make_unique<WinogradPlan>(shape, budget, portions, tiling, filter, epilogue)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
