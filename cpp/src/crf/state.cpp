#include "crf/state.h"

#include <algorithm>

#include "crf/normalize.h"
#include "densecrf/threads.h"
#include "lattice/point_order.h"

namespace densecrf {
namespace {

// Slots within a tile are numbered with 16 bits ...
constexpr std::size_t kMaxTileSlots = 65536;
// ... and every thread holds the probabilities of one tile.
constexpr std::size_t kMaxTileValues = std::size_t{1} << 20;

void reorder(Buffer<float>& data, std::size_t width, const Tiling& from, const Tiling& to,
             Buffer<float>& plain) noexcept {
  if (data.empty()) return;
  for (std::size_t tile = 0; tile < from.tiles(); ++tile) {
    from.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
      std::copy_n(data.data() + place * width, count * width, plain.data() + first * width);
    });
  }
  for (std::size_t tile = 0; tile < to.tiles(); ++tile) {
    to.for_runs(tile, [&](std::size_t first, std::size_t count, std::size_t place) {
      std::copy_n(plain.data() + first * width, count * width, data.data() + place * width);
    });
  }
}

}  // namespace

std::size_t DenseCrf::State::tile_points(std::size_t rows) const noexcept {
  std::size_t most = Tiling::kTilePoints;
  while (most > 1 && (most * rows > kMaxTileSlots || most * labels > kMaxTileValues)) most /= 2;
  return most;
}

Status DenseCrf::State::prepare(const RunControl& control) {
  if (built) return Status::kOk;
  const std::size_t most = tile_points(Lattice::rows_for(features));
  std::vector<std::uint32_t> order;
  if (extents.size() == 1 && !features.empty()) order = point_order(features.front(), points);
  if (most != tiling.max_points() || tiling.is_ordered() || !order.empty()) {
    retile(order.empty() ? Tiling(extents, most) : Tiling(std::move(order), most));
  }
  const unsigned workers = concurrency();
  if (const Status status = lattice.build(features, tiling, workers, control); status != Status::kOk)
    return status;
  fold_normalizations(tiling, weights, lattice, splat_weights, workers);
  built = true;
  return Status::kOk;
}

void DenseCrf::State::retile(Tiling next) {
  Buffer<float> plain(points * labels);
  reorder(unary, labels, tiling, next, plain);
  reorder(least, 1, tiling, next, plain);
  reorder(current, labels, tiling, next, plain);
  tiling = std::move(next);
}

MeanField DenseCrf::State::mean_field() noexcept {
  const float* splat = splat_weights.empty() ? lattice.weights().data() : splat_weights.data();
  return {{tiling, lattice, weights, unary.data(), splat, labels}, buffers};
}

}  // namespace densecrf
