#include "crf/frozen_points.h"

#include <algorithm>

namespace densecrf {

void FrozenPoints::reserve(const Tiling& tiling, const Lattice& lattice, std::size_t labels,
                           std::size_t width, float freeze) {
  rows_ = lattice.rows();
  labels_ = labels;
  width_ = width;
  above_ = 1 - freeze;
  slots_.reserve_for(tiling.points() * rows_);
  slice_.reserve_for(tiling.points() * rows_);
  splat_.reserve_for(tiling.points() * rows_);
  unary_.reserve_for(tiling.points() * labels + kReadAhead);
  sums_.reserve_for(lattice.slots() * width);
  counts_.assign(tiling.tiles(), 0);
}

bool FrozenPoints::is_certain(const float* q) const noexcept {
  return *std::max_element(q, q + labels_) > above_;
}

void FrozenPoints::keep(std::size_t at, const TilePoints& all, std::size_t p) noexcept {
  std::copy_n(all.table.slots + p * rows_, rows_, slots_.data() + at * rows_);
  std::copy_n(all.table.slice + p * rows_, rows_, slice_.data() + at * rows_);
  std::copy_n(all.table.splat + p * rows_, rows_, splat_.data() + at * rows_);
  std::copy_n(all.unary + p * labels_, labels_, unary_.data() + at * labels_);
}

void FrozenPoints::look(std::size_t tile, std::size_t start, const TilePoints& all, float* q, float* sums,
                        std::size_t slot, std::size_t values) noexcept {
  float* frozen = sums_.data() + slot * width_;
  std::fill_n(frozen, values, 0.0F);
  std::fill_n(sums, values, 0.0F);
  const std::size_t stride = std::max<std::size_t>(width_, 2);
  std::uint32_t count = 0;
  for (std::size_t from = 0, to; from < all.table.points; from = to) {
    const bool certain = is_certain(q + from * stride);
    for (to = from; to < all.table.points && is_certain(q + to * stride) == certain; ++to) {
      if (!certain) keep(start + count++, all, to);
    }
    splat(all.table, from, to, q, certain ? frozen : sums);
  }
  counts_[tile] = count;
  for (std::size_t i = 0; i < values; ++i) sums[i] += frozen[i];
}

// Points [from, to) of a tile; two labels as one channel leave their difference where their Q was.
void FrozenPoints::splat(const TileTable& table, std::size_t from, std::size_t to, float* q,
                         float* sums) const noexcept {
  TileTable run = table;
  run.slots += from * rows_;
  run.splat += from * rows_;
  run.points = to - from;
  if (width_ == 1) {
    for (std::size_t p = from; p < to; ++p) q[p] = q[2 * p] - q[2 * p + 1];
  }
  kernels().splat_rows(run, q + from * width_, width_, width_, sums);
}

TilePoints FrozenPoints::active(std::size_t tile, std::size_t start) const noexcept {
  return {{slots_.data() + start * rows_, slice_.data() + start * rows_, splat_.data() + start * rows_, rows_,
           counts_[tile]},
          unary_.data() + start * labels_};
}

std::size_t FrozenPoints::bytes() const noexcept {
  return slots_.bytes() + slice_.bytes() + splat_.bytes() + unary_.bytes() + sums_.bytes();
}

}  // namespace densecrf
