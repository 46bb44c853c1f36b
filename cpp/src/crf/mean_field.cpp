#include "crf/mean_field.h"

#include <algorithm>
#include <cmath>

#include "base/fault_in.h"
#include "base/thread_pool.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

std::size_t padded(std::size_t labels) noexcept { return (labels + kRowGroup - 1) / kRowGroup * kRowGroup; }

}  // namespace

std::size_t MeanFieldBuffers::bytes() const noexcept {
  std::size_t bytes = cells.bytes() + latest.bytes() + frozen.bytes();
  for (const Worker& worker : workers)
    bytes += worker.values.bytes() + worker.probabilities.bytes() + worker.row.bytes();
  return bytes;
}

bool MeanField::is_binary() const noexcept {
  return problem_.labels == 2 &&
         std::all_of(problem_.weights.begin(), problem_.weights.end(),
                     [](const auto& term) { return term.compatibility.type == CompatibilityType::kPotts; });
}

void MeanField::reserve(std::size_t width) {
  width_ = width;
  workers_ = concurrency();
  buffers_.cells.reserve_for(problem_.lattice.cells() * width);
  fault_in(std::span(buffers_.cells.begin(), buffers_.cells.end()), workers_);
  if (buffers_.workers.size() < workers_) buffers_.workers.resize(workers_);
  for (auto& worker : buffers_.workers) {
    worker.values.reserve_for(problem_.lattice.max_tile_slots() * width);
    worker.probabilities.reserve_for(problem_.tiling.max_points() * std::max<std::size_t>(width, 2));
    worker.row.reserve_for(width);
  }
}

// Compatibility and the lattice's own factor alpha = 1 / (1 + 2^-d), with the sign that logits get.
void MeanField::make_transforms(std::size_t only) {
  const std::size_t labels = problem_.labels;
  transforms_.clear();
  for (std::size_t k = 0; k < problem_.weights.size(); ++k) {
    const auto& [type, values] = problem_.weights[k].compatibility;
    const auto d = static_cast<float>(problem_.lattice.terms()[k].dimensions);
    const float alpha = only == kAllTerms || only == k ? 1 / (1 + std::exp2(-d)) : 0;
    LogitTransform transform;
    transform.scale.assign(width_, 0);
    if (type == CompatibilityType::kPotts) {
      std::fill(transform.scale.begin(), transform.scale.end(), alpha * values[0]);
    } else if (type == CompatibilityType::kDiagonal) {
      for (std::size_t l = 0; l < labels; ++l) transform.scale[l] = -alpha * values[l];
    } else {
      transform.matrix.assign(labels * width_, 0);
      for (std::size_t l = 0; l < labels; ++l) {
        for (std::size_t m = 0; m < labels; ++m) {
          transform.matrix[l * width_ + m] = -alpha * (values[l * labels + m] + values[m * labels + l]) / 2;
        }
      }
    }
    transforms_.push_back(std::move(transform));
  }
}

TileTable MeanField::table(std::size_t tile) const noexcept {
  const std::size_t rows = problem_.lattice.rows(), at = problem_.tiling.start(tile) * rows;
  return {problem_.lattice.point_slots() + at, problem_.lattice.weights().data() + at,
          problem_.splat_weights + at, rows, problem_.tiling.size(tile)};
}

std::size_t MeanField::tile_slot(std::size_t tile) const noexcept {
  return transforms_.empty() ? 0 : problem_.lattice.first_slot(tile, 0);
}

std::size_t MeanField::tile_slots(std::size_t tile) const noexcept {
  return tile_slot(tile + 1) - tile_slot(tile);
}

void MeanField::gather(std::size_t tile, float* out) const noexcept {
  const Kernels& use = kernels();
  const Lattice& lattice = problem_.lattice;
  for (std::size_t k = 0; k < transforms_.size(); ++k) {
    const std::size_t first = lattice.first_slot(tile, k), count = lattice.first_slot(tile, k + 1) - first;
    const std::uint32_t* cells = lattice.slot_cells() + first;
    const LogitTransform& transform = transforms_[k];
    if (transform.matrix.empty()) {
      use.gather_rows(buffers_.cells.data(), cells, count, transform.scale.data(), width_, out);
    } else {
      use.gather_mixed_rows(buffers_.cells.data(), cells, count, transform.matrix.data(), problem_.labels,
                            width_, out);
    }
    out += count * width_;
  }
}

void MeanField::run_over_tiles(FunctionRef<void(std::size_t, unsigned)> body) const noexcept {
  parallel_for(problem_.tiling.tiles(), workers_, body);
}

void MeanField::splat(const float* q) noexcept {
  const Kernels& use = kernels();
  run_over_tiles([&](std::size_t tile, unsigned) {
    float* sums = buffers_.cells.data() + tile_slot(tile) * width_;
    std::fill_n(sums, tile_slots(tile) * width_, 0.0F);
    use.splat_rows(table(tile), q + problem_.tiling.start(tile) * problem_.labels, problem_.labels, width_,
                   sums);
  });
}

void MeanField::filter() noexcept { problem_.lattice.filter(buffers_.cells.data(), width_, workers_); }

template <class Sink>
void MeanField::pass(const Pass& kind, Sink sink) noexcept {
  const auto update_tile = width_ == 1 ? kernels().mean_field_binary : kernels().mean_field_rows;
  FrozenPoints& frozen = buffers_.frozen;
  run_over_tiles([&](std::size_t tile, unsigned w) {
    auto& worker = buffers_.workers[w];
    const std::size_t slots = tile_slots(tile) * width_;
    float* sums = buffers_.cells.data() + tile_slot(tile) * width_;
    const bool freezing = kind.points == Pass::kFreezing;
    TilePoints points{table(tile), problem_.unary + problem_.tiling.start(tile) * problem_.labels};
    if (kind.points == Pass::kActive) points = frozen.active(tile, problem_.tiling.start(tile));
    MeanFieldTile work{};
    work.table = points.table;
    work.unary = points.unary;
    work.labels = problem_.labels;
    work.width = width_;
    work.scratch = worker.row.data();
    if (kind.slice) {
      gather(tile, worker.values.data());
      work.values = worker.values.data();
    }
    if (kind.splat && !freezing) {
      work.sums = sums;
      if (kind.points == Pass::kActive)
        std::copy_n(frozen.sums(tile_slot(tile)), slots, sums);
      else
        std::fill_n(sums, slots, 0.0F);
    }
    if (kind.wants_q || freezing) work.probabilities = worker.probabilities.data();
    update_tile(work);
    float* q = worker.probabilities.data();
    if (kind.wants_q) sink(tile, w, q, std::max<std::size_t>(width_, 2));
    if (freezing) frozen.look(tile, problem_.tiling.start(tile), points, q, sums, tile_slot(tile), slots);
  });
}

Status MeanField::infer(const Schedule& schedule, const Marginals& out, const RunControl& control) {
  const int iterations = schedule.iterations;
  const bool watches = schedule.tolerance > 0, freezes = schedule.freeze > 0;
  reserve(is_binary() ? 1 : padded(problem_.labels));
  make_transforms(kAllTerms);
  const std::size_t labels = problem_.labels;
  if (watches) buffers_.latest.reserve_for(problem_.tiling.points() * labels);
  if (freezes) buffers_.frozen.reserve(problem_.tiling, problem_.lattice, labels, width_, schedule.freeze);

  fault_in(out.probabilities, workers_);
  std::vector<float> changes(workers_);
  const auto write = [&](std::size_t tile, const float* q, std::size_t stride) {
    write_marginals(out, problem_.tiling, tile, labels, q, stride);
  };
  const auto sink = [&](std::size_t tile, unsigned worker, const float* q, std::size_t stride) {
    if (!watches) return write(tile, q, stride);
    float* latest = buffers_.latest.data() + problem_.tiling.start(tile) * labels;
    kernels().replace_rows(q, labels, stride, problem_.tiling.size(tile), latest, &changes[worker]);
  };
  pass({.slice = false, .splat = iterations > 0, .wants_q = watches || iterations == 0}, sink);
  for (int t = 1; t <= iterations; ++t) {
    if (control.stopped()) return Status::kCancelled;
    filter();
    const bool last = t == iterations, looks = t % FrozenPoints::kPeriod == 1;
    const auto points = !freezes || last ? Pass::kAll : looks ? Pass::kFreezing : Pass::kActive;
    const bool measures = watches && points != Pass::kActive;
    std::fill(changes.begin(), changes.end(), 0.0F);
    pass({.slice = true, .splat = !last, .wants_q = last || measures, .points = points}, sink);
    control.report(t, iterations);
    if (measures && *std::max_element(changes.begin(), changes.end()) <= schedule.tolerance) break;
  }
  if (watches) {
    run_over_tiles([&](std::size_t tile, unsigned) {
      write(tile, buffers_.latest.data() + problem_.tiling.start(tile) * labels, labels);
    });
  }
  return Status::kOk;
}

void MeanField::update(float* q, bool slice) {
  reserve(padded(problem_.labels));
  make_transforms(kAllTerms);
  if (slice) {
    splat(q);
    filter();
  }
  const std::size_t labels = problem_.labels;
  const Pass kind{.slice = slice, .splat = false, .wants_q = true};
  pass(kind, [&](std::size_t tile, unsigned, const float* from, std::size_t stride) {
    const std::size_t start = problem_.tiling.start(tile);
    kernels().pack_rows(from, labels, stride, problem_.tiling.size(tile), q + start * labels);
  });
}

void MeanField::visit_messages(const float* q, std::size_t only,
                               FunctionRef<void(std::size_t, const float*, std::size_t)> visit) {
  reserve(padded(problem_.labels));
  make_transforms(only);
  splat(q);
  filter();
  run_over_tiles([&](std::size_t tile, unsigned w) {
    auto& worker = buffers_.workers[w];
    gather(tile, worker.values.data());
    kernels().slice_rows(table(tile), worker.values.data(), width_, worker.probabilities.data());
    visit(tile, worker.probabilities.data(), width_);
  });
}

void write_marginals(const Marginals& out, const Tiling& tiling, std::size_t tile, std::size_t labels,
                     const float* q, std::size_t stride) noexcept {
  const std::size_t points = tiling.points(), start = tiling.start(tile);
  tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
    const float* from = q + (place - start) * stride;
    if (!out.probabilities.empty() && out.layout == Layout::kChannelsLast) {
      kernels().pack_rows(from, labels, stride, count, out.probabilities.data() + first * labels);
    } else if (!out.probabilities.empty()) {
      for (std::size_t l = 0; l < labels; ++l) {
        float* to = out.probabilities.data() + l * points + first;
        for (std::size_t i = 0; i < count; ++i) to[i] = from[i * stride + l];
      }
    }
    if (!out.map.empty()) kernels().argmax_rows(from, labels, stride, count, out.map.data() + first);
  });
}

}  // namespace densecrf
