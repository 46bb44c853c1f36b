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
        workers_(portions.workers),
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
    transformed_ = Buffer<float>(at_once * budget.row_stride);
    // With one chunk of channels, sums are complete when a task ends; else they wait for the next one.
    worker_sums_ = budget.chunks > 1 ? 0 : most * portions.columns;
    sums_ = Buffer<float>(budget.chunks > 1 ? at_once * budget.columns : portions.workers * worker_sums_);
  }

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    const unsigned workers = std::min(workers_, concurrency());
    for (std::size_t pass = 0; pass + 1 < groups_.passes.size(); ++pass) {
      for (std::size_t chunk = 0; chunk < budget_.chunks; ++chunk) {
        const Work work{groups_.passes[pass], groups_.passes[pass + 1], chunk, workers, control};
        Status status = transform_all(work, input);
        if (status == Status::kOk) status = multiply_all(work, output, pixel_stride);
        if (status != Status::kOk) return status;
      }
    }
    return Status::kOk;
  }

  [[nodiscard]] std::size_t bytes() const noexcept override {
    return weights_.bytes() + bias_.bytes() + slopes_.bytes() + transformed_.bytes() + sums_.bytes() +
           groups_.bytes();
  }
  [[nodiscard]] std::string_view algorithm() const noexcept override { return "winograd"; }

 private:
  /// Groups `first` to `last`, one chunk of their channels.
  struct Work {
    std::size_t first, last, chunk;
    unsigned workers;
    const RunControl& control;
  };

  Status transform_all(const Work& work, const float* input) noexcept {
    const auto& groups = groups_.groups;
    const auto runs = std::span(groups_.runs)
                          .subspan(groups[work.first].first_run,
                                   groups[work.last - 1].last_run - groups[work.first].first_run);
    const std::size_t first = runs.front().first, tiles = runs.back().first + runs.back().count - first;
    const std::size_t parts = (tiles + kTilesAtOnce - 1) / kTilesAtOnce;
    return parallel_steps(parts, work.workers, work.control, [&](std::size_t part, unsigned) {
      const std::size_t from = part * kTilesAtOnce;
      for (std::size_t i = from; i < std::min(from + kTilesAtOnce, tiles); ++i)
        transform(first + i, runs, work.chunk, input);
    });
  }

  Status multiply_all(const Work& work, float* output, std::size_t pixel_stride) noexcept {
    const std::size_t count = work.last - work.first;
    // Tasks that begin one after the other read the same weights.
    return parallel_steps(weights_.blocks().size() * count, work.workers, work.control,
                          [&](std::size_t task, unsigned worker) {
                            const std::size_t group = work.first + task % count, block = task / count;
                            multiply(group, block, work.chunk, worker);
                            if (work.chunk + 1 == budget_.chunks)
                              finish(group, block, worker, output, pixel_stride);
                          });
  }

  [[nodiscard]] std::size_t depth(std::size_t chunk) const noexcept {
    return std::min(budget_.depth, shape_.input.channels - chunk * budget_.depth);
  }
  [[nodiscard]] float* transformed(const Group& group, std::size_t row) noexcept {
    return transformed_.data() + (group.before + row) * budget_.row_stride;
  }

  void transform(std::size_t index, std::span<const Run> runs, std::size_t chunk,
                 const float* input) noexcept {
    const Run& run = *std::prev(std::upper_bound(
        runs.begin(), runs.end(), index, [](std::size_t i, const Run& other) { return i < other.first; }));
    const Tile& tile = groups_.tiles[index];
    const Tile& next = groups_.tiles[std::min(index + 1, run.first + run.count - 1)];
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
    work.input = input + tile.image * height * width * channels + chunk * budget_.depth;
    work.origin = from_y * row + from_x * pixel;
    work.step_y = shape_.dilation_y * width * channels;
    work.step_x = shape_.dilation_x * channels;
    work.y_begin = in_y.begin, work.y_end = in_y.end, work.x_begin = in_x.begin, work.x_end = in_x.end;
    work.ahead = (static_cast<std::ptrdiff_t>((next.image * height + next.y) * width + next.x) -
                  static_cast<std::ptrdiff_t>((tile.image * height + tile.y) * width + tile.x)) *
                 pixel;
    work.forms = run.forms;
    work.rows = run.rows.data();
    work.row_stride = budget_.row_stride;
    work.channels = depth(chunk);
    work.out = transformed(groups_.groups[run.group], index - run.first);
    kernels().winograd_input(work);
  }

  [[nodiscard]] float* sums(const Group& group, std::size_t block, std::size_t panel,
                            unsigned worker) noexcept {
    const auto& panels = weights_.panels();
    if (budget_.chunks > 1)
      return sums_.data() + group.before * budget_.columns + group.rows * panels[panel].first;
    const std::size_t before = panels[panel].first - panels[weights_.blocks()[block].first].first;
    return sums_.data() + worker * worker_sums_ + group.rows * before;
  }

  /// All products of a group with a block of columns; what comes next is fetched meanwhile.
  void multiply(std::size_t g, std::size_t block, std::size_t chunk, unsigned worker) noexcept {
    const Group& group = groups_.groups[g];
    const auto [first_panel, last_panel, columns] = weights_.blocks()[block];
    GemmPanel work{};
    work.row_stride = budget_.row_stride;
    work.depth = depth(chunk);
    work.first = chunk == 0;
    for (std::size_t s = 0; s < group.slots.size(); ++s) {
      const SlotRows& rows = group.slots[s];
      work.input = transformed(group, rows.first);
      work.count = rows.count;
      for (std::size_t p = first_panel; p < last_panel; ++p) {
        work.width = weights_.panels()[p].width;
        work.weights = weights_.get(block, rows.slot, chunk, p);
        work.sums = sums(group, block, p, worker) + rows.first * work.width;
        // Weights come from memory; rows, from the last cache, are fetched by the kernel itself.
        const bool next_panel = p + 1 < last_panel;
        if (next_panel || s + 1 < group.slots.size()) {
          const std::size_t slot = next_panel ? rows.slot : group.slots[s + 1].slot;
          work.prefetch = weights_.get(block, slot, chunk, next_panel ? p + 1 : first_panel);
          work.prefetch_bytes = work.depth * work.width * sizeof(float);
        } else {
          work.prefetch = nullptr;
        }
        kernels().gemm_panel(work);
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
  unsigned workers_;
  std::vector<Slot> slots_;
  Groups groups_;
  Weights weights_;
  Buffer<float> bias_, slopes_;
  Activation activation_;
  float slope_;
  std::size_t worker_sums_ = 0;
  Buffer<float> transformed_, sums_;
};

}  // namespace

bool winograd_fits(const ConvShape& shape) noexcept {
  return shape.kernel_height == 3 && shape.kernel_width == 3 && shape.stride_y == 1 && shape.stride_x == 1;
}

WinogradCost winograd_cost(const ConvShape& shape, const PlanOptions& options) {
  const Budget budget(shape, options);
  const Tiling tiling = choose_tiling(shape, budget);
  const Portions portions = budget.portions(tiling, 1);
  const std::size_t passes = portions.rows == 0 ? 1 : (tiling.rows + portions.rows - 1) / portions.rows;
  const auto weights = static_cast<double>(shape.input.channels * shape.out_channels);
  return {tiling.time, static_cast<double>(tiling.rows) * weights,
          static_cast<double>(tiling.slots.size() * passes * sizeof(float)) * weights, portions.bytes};
}

PlanResult make_winograd(const ConvShape& shape, std::span<const float> filter, const Epilogue& epilogue,
                         const PlanOptions& options) noexcept try {
  const Budget budget(shape, options);
  const Tiling tiling = choose_tiling(shape, budget);
  const Portions portions = budget.portions(tiling, concurrency());
  if (portions.rows == 0) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::make_unique<WinogradPlan>(shape, budget, portions, tiling, filter, epilogue)};
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

}  // namespace densecrf
