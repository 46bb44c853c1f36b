#include "densecrf/crf.h"

#include <algorithm>
#include <new>
#include <stdexcept>

#include "base/fault_in.h"
#include "base/parallel_steps.h"
#include "crf/state.h"
#include "densecrf/threads.h"
#include "kernels/kernels.h"
#include "lattice/key.h"

namespace densecrf {
namespace {

constexpr std::size_t kMaxEntries = std::size_t{1} << 31;

/// Runs an operation that may run out of memory.
template <class Operation>
Status guarded(Operation operation) noexcept {
  try {
    return operation();
  } catch (const std::bad_alloc&) {
    return Status::kOutOfMemory;
  } catch (const std::length_error&) {
    return Status::kTooLarge;
  }
}

}  // namespace

DenseCrf::DenseCrf(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
DenseCrf::~DenseCrf() = default;

Status DenseCrf::create(std::span<const std::size_t> extents, std::size_t labels,
                        std::unique_ptr<DenseCrf>& out) noexcept {
  return guarded([&] {
    std::size_t entries = labels;
    for (const std::size_t extent : extents) {
      if (extent > kMaxEntries / entries) return Status::kTooLarge;
      entries *= extent;
    }
    auto state = std::make_unique<State>();
    state->extents.assign(extents.begin(), extents.end());
    state->points = entries / labels;
    state->labels = labels;
    state->tiling = Tiling(extents, state->tile_points(0));
    out.reset(new DenseCrf(std::move(state)));
    return Status::kOk;
  });
}

std::size_t DenseCrf::points() const noexcept { return state_->points; }
std::size_t DenseCrf::labels() const noexcept { return state_->labels; }

Status DenseCrf::set_unary(std::span<const float> energy, Layout layout) noexcept {
  return guarded([&] {
    State& state = *state_;
    const std::size_t labels = state.labels, points = state.points;
    state.unary.reserve_for(points * labels + kReadAhead);
    state.least.reserve_for(points);
    std::fill_n(state.unary.data() + points * labels, kReadAhead, 0.0F);
    const std::size_t widest = layout == Layout::kChannelsFirst ? state.tiling.max_points() * labels : 0;
    const unsigned workers = concurrency();
    fault_in(std::span(state.unary.begin(), state.unary.end()), workers);
    std::vector<Buffer<float>> rows(workers);
    const Status status =
        parallel_steps(state.tiling.tiles(), workers, {}, [&](std::size_t tile, unsigned worker) {
          rows[worker].reserve_for(widest);
          state.tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
            const float* from = energy.data() + first * labels;
            if (layout == Layout::kChannelsFirst) {
              from = rows[worker].data();
              for (std::size_t l = 0; l < labels; ++l) {
                for (std::size_t i = 0; i < count; ++i)
                  rows[worker][i * labels + l] = energy[l * points + first + i];
              }
            }
            kernels().store_unary(from, labels, count, &state.unary[place * labels], &state.least[place]);
          });
        });
    if (status != Status::kOk) return status;
    state.has_unary = true;
    state.started = false;
    return Status::kOk;
  });
}

Status DenseCrf::set_logistic_unary(std::span<const float> weights, std::span<const float> features,
                                    std::size_t count, Layout layout) noexcept {
  return guarded([&] {
    const std::size_t labels = state_->labels, points = state_->points;
    const std::size_t feature_step = layout == Layout::kChannelsLast ? 1 : points;
    const std::size_t point_step = layout == Layout::kChannelsLast ? count : 1;
    Buffer<float> energy(points * labels);
    for (std::size_t i = 0; i < points; ++i) {
      for (std::size_t l = 0; l < labels; ++l) {
        float sum = 0;
        for (std::size_t f = 0; f < count; ++f)
          sum += weights[l * count + f] * features[i * point_step + f * feature_step];
        energy[i * labels + l] = sum;
      }
    }
    return set_unary({energy.data(), energy.size()}, Layout::kChannelsLast);
  });
}

Status DenseCrf::add_pairwise(const PairwiseTerm& term) noexcept {
  return guarded([&] {
    State& state = *state_;
    Features features(term, state.extents, state.points);
    if (!make_embed_plan(features.bounds())) return Status::kOutOfRange;
    const std::size_t rows = Lattice::rows_for(state.features) + features.dimensions() + 1;
    if (rows > kMaxEntries / state.points) return Status::kTooLarge;
    state.features.reserve(state.features.size() + 1);
    state.weights.push_back({term.normalization, term.compatibility});
    state.features.push_back(std::move(features));
    state.built = false;
    return Status::kOk;
  });
}

std::size_t DenseCrf::terms() const noexcept { return state_->features.size(); }
std::size_t DenseCrf::dimensions(std::size_t term) const noexcept {
  return state_->features[term].dimensions();
}

const Compatibility& DenseCrf::compatibility(std::size_t term) const noexcept {
  return state_->weights[term].compatibility;
}

Status DenseCrf::set_compatibility(std::size_t term, Compatibility compatibility) noexcept {
  state_->weights[term].compatibility = std::move(compatibility);
  return Status::kOk;
}

std::span<const float> DenseCrf::kernel_parameters(std::size_t term) const noexcept {
  return state_->features[term].parameters();
}

Status DenseCrf::set_kernel_parameters(std::size_t term, std::span<const float> parameters) noexcept {
  return guarded([&] {
    Features changed = state_->features[term];
    changed.set_parameters(parameters);
    if (!make_embed_plan(changed.bounds())) return Status::kOutOfRange;
    state_->features[term] = std::move(changed);
    state_->built = false;
    return Status::kOk;
  });
}

Status DenseCrf::build(const RunControl& control) noexcept {
  return guarded([&] { return state_->prepare(control); });
}

std::size_t DenseCrf::vertices(std::size_t term) const noexcept {
  return state_->built ? state_->lattice.terms()[term].vertices : 0;
}

std::size_t DenseCrf::bytes() const noexcept {
  const State& state = *state_;
  std::size_t bytes = state.unary.bytes() + state.least.bytes() + state.current.bytes() +
                      state.lattice.bytes() + state.splat_weights.bytes() + state.buffers.bytes();
  for (const Features& features : state.features) bytes += features.bytes();
  return bytes;
}

Status DenseCrf::inference(const Schedule& schedule, std::span<float> probabilities,
                           std::span<std::int32_t> map, Layout layout, const RunControl& control) noexcept {
  return guarded([&] {
    if (!state_->has_unary) return Status::kNoUnary;
    if (control.stopped()) return Status::kCancelled;
    if (const Status status = state_->prepare(control); status != Status::kOk) return status;
    return state_->mean_field().infer(schedule, {probabilities, map, layout}, control);
  });
}

Status DenseCrf::start_inference(const RunControl& control) noexcept {
  return guarded([&] {
    if (!state_->has_unary) return Status::kNoUnary;
    if (const Status status = state_->prepare(control); status != Status::kOk) return status;
    state_->current.reserve_for(state_->points * state_->labels);
    state_->mean_field().update(state_->current.data(), false);
    state_->started = true;
    return Status::kOk;
  });
}

Status DenseCrf::step_inference(const RunControl& control) noexcept {
  return guarded([&] {
    if (!state_->started) return Status::kNotStarted;
    if (const Status status = state_->prepare(control); status != Status::kOk) return status;
    state_->mean_field().update(state_->current.data(), true);
    return Status::kOk;
  });
}

Status DenseCrf::current(std::span<float> probabilities, std::span<std::int32_t> map,
                         Layout layout) const noexcept {
  const State& state = *state_;
  if (!state.started) return Status::kNotStarted;
  const Marginals out{probabilities, map, layout};
  for (std::size_t tile = 0; tile < state.tiling.tiles(); ++tile) {
    write_marginals(out, state.tiling, tile, state.labels,
                    state.current.data() + state.tiling.start(tile) * state.labels, state.labels);
  }
  return Status::kOk;
}

}  // namespace densecrf
