#include "conv/direct.h"

#include <algorithm>

#include "base/parallel_steps.h"
#include "densecrf/threads.h"

namespace densecrf {
namespace {

// Pixels and columns of weights that go through each other together: the sums, the chunk of the input that
// all panels read, and the weights of a chunk stay in the second cache.
constexpr std::size_t kGroup = 144;
constexpr std::size_t kColumns = 256;
constexpr std::size_t kLeastColumns = 64;  // where there would be too few tasks
// Weights of a shallow layer that a task takes at once, in floats: its outputs then are long runs of memory.
constexpr std::size_t kShallow = std::size_t{16} << 10;
constexpr std::size_t kTasksPerThread = 8;
constexpr std::size_t kMostTasks = 8192;  // beyond, a task takes several groups
constexpr GemmSegment kNoTap{};

std::size_t divide_up(std::size_t a, std::size_t b) noexcept { return (a + b - 1) / b; }

/// A class as it is run: taps that are neighbours in input and weights have become one.
struct Class {
  std::vector<DirectPlace> rows, columns;
  std::vector<GemmSegment> taps;
  std::size_t depth;

  [[nodiscard]] std::size_t pixels() const noexcept { return rows.size() * columns.size(); }
};

/// Taps in a row that continue each other.
std::size_t run_length(std::span<const GemmSegment> taps, std::size_t depth) noexcept {
  std::size_t length = 1;
  while (length < taps.size()) {
    const auto ahead = static_cast<std::int32_t>(length * depth);
    if (taps[length].input - taps[0].input != ahead || taps[length].row - taps[0].row != ahead) break;
    ++length;
  }
  return length;
}

Class join_taps(const DirectClass& from, std::size_t depth) {
  Class out{from.rows, from.columns, from.taps, depth};
  if (from.taps.empty()) return out;
  const std::span<const GemmSegment> taps(from.taps);
  const std::size_t length = run_length(taps, depth);
  std::vector<GemmSegment> joined;
  for (std::size_t t = 0; t < taps.size(); t += length) {
    if (run_length(taps.subspan(t), depth) != length) return out;
    joined.push_back(taps[t]);
  }
  out.taps = std::move(joined);
  out.depth = depth * length;
  return out;
}

/// What a group adds to its sums at a time: some taps whole, or a part of one.
struct Chunk {
  std::size_t tap, taps, first, depth;
};

class Chunks {
 public:
  /// Each of at most `deepest` rows of weights.
  Chunks(const Class& of, std::size_t deepest) noexcept
      : taps_(of.taps.size()), depth_(of.taps.empty() ? 0 : of.depth) {
    if (depth_ > deepest) {
      parts_ = divide_up(depth_, deepest);
      count_ = taps_ * parts_;
    } else {
      count_ = std::max<std::size_t>(divide_up(taps_ * depth_, deepest), 1);
    }
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] Chunk operator[](std::size_t i) const noexcept {
    if (parts_ == 1) {
      const std::size_t tap = taps_ * i / count_;
      return {tap, taps_ * (i + 1) / count_ - tap, 0, depth_};
    }
    const std::size_t step = divide_up(divide_up(depth_, parts_), 16) * 16, first = i % parts_ * step;
    return {i / parts_, 1, first, std::min(step, depth_ - first)};
  }

 private:
  std::size_t taps_, depth_, parts_ = 1, count_;
};

/// Some pixels and a range of panels.
struct Task {
  std::size_t of_class, first, count, panel, panels, cost;
};

struct Scratch {
  Buffer<float> sums;
  std::int32_t inputs[kGroup], outputs[kGroup];
};

class Direct final : public LayerPlan {
 public:
  Direct(const DirectGeometry& geometry, const WeightView& weights, const Epilogue& epilogue,
         std::size_t wanted, bool adds)
      : kernels_(&kernels()), weights_(weights, epilogue, *kernels_) {
    for (const DirectClass& one : geometry.classes) classes_.push_back(join_taps(one, geometry.depth));
    choose_columns(weights);
    make_tasks();
    const std::size_t sums = kGroup * (adds ? columns_ : std::min(columns_, kColumns)),
                      each = sizeof(Scratch) + sums * sizeof(float), taken = bytes(),
                      fit = wanted > taken ? (wanted - taken) / each : 0;
    scratch_ = std::vector<Scratch>(std::clamp<std::size_t>(fit, 1, concurrency()));
    for (Scratch& scratch : scratch_) scratch.sums = Buffer<float>(sums);
  }

  Status run(const float* input, float* output, std::size_t pixel_stride,
             const RunControl& control) noexcept override {
    return run_adding({}, input, output, pixel_stride, control);
  }
  Status run_adding(const Addend& addend, const float* input, float* output, std::size_t pixel_stride,
                    const RunControl& control) noexcept override {
    const auto workers = static_cast<unsigned>(std::min<std::size_t>(concurrency(), scratch_.size()));
    return parallel_steps(tasks_.size(), workers, control, [&](std::size_t index, unsigned worker) noexcept {
      run_task(tasks_[index], scratch_[worker], addend, input, output, pixel_stride);
    });
  }

  std::size_t bytes() const noexcept override {
    std::size_t sum = sizeof *this + weights_.bytes() + tasks_.capacity() * sizeof(Task);
    for (const Class& one : classes_) {
      sum += sizeof one + (one.rows.capacity() + one.columns.capacity()) * sizeof(DirectPlace) +
             one.taps.capacity() * sizeof(GemmSegment);
    }
    for (const Scratch& one : scratch_) sum += sizeof one + one.sums.bytes();
    return sum;
  }
  std::string_view algorithm() const noexcept override { return "direct"; }

 private:
  /// The more columns a task takes, the less often the input is read.
  void choose_columns(const WeightView& weights) {
    std::size_t groups = 0;
    for (const Class& one : classes_) groups += divide_up(one.pixels(), kGroup);
    const auto blocks = [&] { return divide_up(weights.columns, columns_); };
    columns_ = kColumns;
    while (columns_ > kLeastColumns && groups * blocks() < kTasksPerThread * concurrency()) columns_ /= 2;
    columns_ = std::max(columns_, kShallow / (weights.taps * weights.depth));
  }

  /// Panels from `first` on that one task takes.
  [[nodiscard]] std::size_t count_panels(std::size_t first) const noexcept {
    const std::span<const Panel> panels = weights_.panels();
    std::size_t last = first + 1;
    const auto end = [&](std::size_t p) { return panels[p].first + panels[p].width; };
    while (last < panels.size() && end(last) - panels[first].first <= columns_) ++last;
    return last - first;
  }

  void make_tasks() {
    std::size_t pixels = 0, blocks = 0;
    for (const Class& one : classes_) pixels += one.pixels();
    for (std::size_t p = 0; p < weights_.panels().size(); p += count_panels(p)) ++blocks;
    const std::size_t enough = divide_up(kTasksPerThread * concurrency(), blocks);
    const std::size_t group = std::max(std::clamp<std::size_t>(pixels / enough, kGroup / 4, kGroup),
                                       divide_up(pixels * blocks, kMostTasks));
    for (std::size_t p = 0; p < weights_.panels().size(); p += count_panels(p)) {
      for (std::size_t c = 0; c < classes_.size(); ++c) add_tasks(c, group, p);
    }
    std::stable_sort(tasks_.begin(), tasks_.end(),
                     [](const Task& a, const Task& b) { return a.cost > b.cost; });
  }

  /// Pixels of a class, about `group` to a task.
  void add_tasks(std::size_t of_class, std::size_t group, std::size_t panel) {
    const Class& of = classes_[of_class];
    const std::size_t pixels = of.pixels(), groups = divide_up(pixels, group), panels = count_panels(panel);
    const Panel& end = weights_.panels()[panel + panels - 1];
    const std::size_t columns = end.first + end.width - weights_.panels()[panel].first;
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t first = pixels * g / groups, count = pixels * (g + 1) / groups - first;
      const std::size_t cost = count * (of.taps.size() * of.depth + 1) * columns;
      tasks_.push_back({of_class, first, count, panel, panels, cost});
    }
  }

  void run_task(const Task& task, Scratch& scratch, const Addend& addend, const float* input, float* output,
                std::size_t pixel_stride) const noexcept {
    const std::size_t groups = divide_up(task.count, kGroup);
    for (std::size_t g = 0; g < groups; ++g) {
      const std::size_t first = task.count * g / groups, last = task.count * (g + 1) / groups;
      Task group = task;
      group.first += first;
      group.count = last - first;
      run_group(group, scratch, addend, input, output, pixel_stride);
    }
  }

  void run_group(const Task& task, Scratch& scratch, const Addend& addend, const float* input, float* output,
                 std::size_t pixel_stride) const noexcept {
    const Class& of = classes_[task.of_class];
    locate(of, task, pixel_stride, scratch);
    const Chunks chunks(of, weights_.deepest());
    const bool adds = addend.data != nullptr, summed = adds || chunks.count() > 1;
    for (std::size_t i = 0; i < chunks.count(); ++i) {
      const bool last = i + 1 == chunks.count();
      float* sums = scratch.sums.data();
      for (std::size_t p = task.panel; p < task.panel + task.panels; ++p) {
        const Panel& panel = weights_.panels()[p];
        GemmPanel product = chunk_product(of, chunks[i], panel);
        product.input = input + chunks[i].first;
        product.offsets = scratch.inputs;
        product.out_offsets = scratch.outputs;
        product.count = task.count;
        product.sums = summed ? sums : nullptr;
        product.first = i == 0 && !adds;
        if (adds && i == 0) load_addend(addend, panel, {scratch.outputs, task.count}, pixel_stride, sums);
        product.output = last ? output + panel.first : nullptr;
        if (summed) sums += task.count * panel.width;
        const bool next_panel = p + 1 < task.panel + task.panels;
        if ((next_panel || !last) && !of.taps.empty()) {
          prefetch(of, chunks[next_panel ? i : i + 1], weights_.panels()[next_panel ? p + 1 : task.panel],
                   product);
        }
        kernels_->gemm_panel(product);
      }
    }
  }

  /// What depends on the layer alone.
  [[nodiscard]] GemmPanel chunk_product(const Class& of, const Chunk& chunk,
                                        const Panel& panel) const noexcept {
    GemmPanel product{};
    product.depth = chunk.depth;
    product.segments = of.taps.empty() ? &kNoTap : &of.taps[chunk.tap];
    product.segment_count = chunk.taps;
    product.weights = weights_.data(panel) + chunk.first * panel.width;
    product.width = panel.width;
    product.columns = panel.columns;
    product.epilogue = weights_.epilogue(panel);
    return product;
  }

  void prefetch(const Class& of, const Chunk& next, const Panel& panel, GemmPanel& product) const noexcept {
    const std::size_t row = static_cast<std::size_t>(of.taps[next.tap].row) + next.first;
    product.prefetch = weights_.data(panel) + row * panel.width;
    product.prefetch_bytes = next.taps * next.depth * panel.width * sizeof(float);
  }

  static void locate(const Class& of, const Task& task, std::size_t pixel_stride, Scratch& scratch) noexcept {
    std::size_t row = task.first / of.columns.size(), column = task.first % of.columns.size();
    for (std::size_t i = 0; i < task.count; ++i) {
      scratch.inputs[i] = of.rows[row].input + of.columns[column].input;
      scratch.outputs[i] =
          (of.rows[row].output + of.columns[column].output) * static_cast<std::int32_t>(pixel_stride);
      if (++column == of.columns.size()) column = 0, ++row;
    }
  }

  const Kernels* kernels_;
  PackedWeights weights_;
  std::size_t columns_ = 0;  ///< that a task takes at most; more than kColumns only where one chunk is all
  std::vector<Class> classes_;
  std::vector<Task> tasks_;
  std::vector<Scratch> scratch_;
};

}  // namespace

double count_products(const DirectGeometry& geometry, std::size_t out_channels) noexcept {
  double sum = 0;
  for (const DirectClass& one : geometry.classes) {
    sum += static_cast<double>(one.rows.size() * one.columns.size() * one.taps.size());
  }
  return sum * static_cast<double>(geometry.depth * out_channels);
}

PlanResult make_direct(const DirectGeometry& geometry, const WeightView& weights, const Epilogue& epilogue,
                       const MemoryLimit& limit, bool adds) {
  const std::size_t rows = weights.taps * weights.depth, packed = rows * sizeof(float);
  // Before anything is allocated: a column alone may be padded to many.
  if (geometry.classes.empty() || packed * padded_columns(weights.columns, kernels()) > limit.most)
    return {Status::kTooLarge, nullptr};
  auto plan = std::make_unique<Direct>(geometry, weights, epilogue, limit.wanted, adds);
  if (plan->bytes() > limit.most) return {Status::kTooLarge, nullptr};
  return {Status::kOk, std::move(plan)};
}

}  // namespace densecrf
