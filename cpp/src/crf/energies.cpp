// What the mean field minimises, and what a labeling costs.
#include <cmath>
#include <new>
#include <numeric>

#include "crf/state.h"

namespace densecrf {
namespace {

double entropy_term(float q) noexcept {
  return static_cast<double>(q) * std::log(std::max(static_cast<double>(q), 1e-20));
}

}  // namespace

Status DenseCrf::kl_divergence(double& out) noexcept try {
  State& state = *state_;
  if (!state.started) return Status::kNotStarted;
  if (const Status status = state.prepare({}); status != Status::kOk) return status;
  const std::size_t labels = state.labels;
  std::vector<double> parts(state.tiling.tiles());  // added up in the order of the tiles
  state.mean_field().visit_messages(state.current.data(), MeanField::kAllTerms,
                                    [&](std::size_t tile, const float* messages, std::size_t width) {
                                      const std::size_t start = state.tiling.start(tile);
                                      double sum = 0;
                                      for (std::size_t p = 0; p < state.tiling.size(tile); ++p) {
                                        for (std::size_t l = 0; l < labels; ++l) {
                                          const std::size_t at = (start + p) * labels + l;
                                          const float q = state.current[at];
                                          const double energy =
                                              static_cast<double>(state.least[start + p]) - state.unary[at];
                                          sum += entropy_term(q) + q * (energy - messages[p * width + l]);
                                        }
                                      }
                                      parts[tile] = sum;
                                    });
  out = std::accumulate(parts.begin(), parts.end(), 0.0);
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

Status DenseCrf::unary_energy(std::span<const std::int32_t> labeling, std::span<float> out) const noexcept {
  const State& state = *state_;
  if (!state.has_unary) return Status::kNoUnary;
  for (std::size_t tile = 0; tile < state.tiling.tiles(); ++tile) {
    state.tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
      for (std::size_t i = 0; i < count; ++i) {
        const auto label = static_cast<std::size_t>(labeling[first + i]);  // a negative one becomes too large
        out[first + i] = label < state.labels
                             ? state.least[place + i] - state.unary[(place + i) * state.labels + label]
                             : 0;
      }
    });
  }
  return Status::kOk;
}

Status DenseCrf::pairwise_energy(std::span<const std::int32_t> labeling, std::size_t term,
                                 std::span<float> out) noexcept try {
  State& state = *state_;
  if (const Status status = state.prepare({}); status != Status::kOk) return status;
  const std::size_t labels = state.labels;
  Buffer<float> onehot(state.points * labels);
  std::fill(onehot.begin(), onehot.end(), 0.0F);
  for (std::size_t tile = 0; tile < state.tiling.tiles(); ++tile) {
    state.tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
      for (std::size_t i = 0; i < count; ++i) {
        const auto label = static_cast<std::size_t>(labeling[first + i]);
        if (label < labels) onehot[(place + i) * labels + label] = 1;
      }
    });
  }
  state.mean_field().visit_messages(
      onehot.data(), term, [&](std::size_t tile, const float* messages, std::size_t width) {
        const std::size_t start = state.tiling.start(tile);
        state.tiling.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
          for (std::size_t i = 0; i < count; ++i) {
            const auto label = static_cast<std::size_t>(labeling[first + i]);
            out[first + i] = label < labels ? messages[(place - start + i) * width + label] / 2 : 0;
          }
        });
      });
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
