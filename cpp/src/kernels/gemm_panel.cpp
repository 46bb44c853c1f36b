#include "kernels/epilogue.h"
#include "kernels/kernels.h"
#include "simd/unroll.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {

// Accumulators fill the registers: one more is needed for each vector of weights, and one for a row's number.
// 8 rows or more fall into one set of the first cache where rows are a multiple of 4 KiB apart.
#if defined(__AVX512F__)
constexpr std::size_t kVectors = 4;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 7, 7, 6};
#elif defined(__AVX2__)
constexpr std::size_t kVectors = 2;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 6};
#elif defined(__aarch64__)
constexpr std::size_t kVectors = 4;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 7, 7, 6};
#else  // of 16 registers, and without broadcasts from memory or products of three operands
constexpr std::size_t kVectors = 3;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 5, 4};
#endif
static_assert(kVectors <= kPanelVectors);

constexpr std::size_t kMaxRows = 7;
constexpr std::size_t kLine = 64;                      // bytes
constexpr std::size_t kBlock = kLine / sizeof(float);  // numbers of a row between prefetches

/// Goes through memory that will be needed, a few lines at a time.
class Prefetch {
 public:
  Prefetch(const void* from, std::size_t bytes, std::size_t steps) noexcept
      : at_(static_cast<const char*>(from)),
        rest_(from == nullptr ? 0 : (bytes + kLine - 1) / kLine),
        each_(steps == 0 ? 0 : (rest_ + steps - 1) / steps) {}
  void step() noexcept {
    const std::size_t lines = each_ < rest_ ? each_ : rest_;
    for (std::size_t i = 0; i < lines; ++i) __builtin_prefetch(at_ + i * kLine, 0, 2);
    at_ += lines * kLine;
    rest_ -= lines;
  }

 private:
  const char* at_;
  std::size_t rest_, each_;
};

/// Rows `first` and on of a panel, as many as one set of accumulators takes.
struct Tile {
  const GemmPanel& panel;
  std::size_t first;
  Prefetch& prefetch;

  [[nodiscard]] const float* row(std::size_t i) const noexcept {
    const std::size_t at = first + i;
    if (panel.offsets == nullptr) return panel.input + at * panel.row_stride;
    return panel.input + panel.offsets[at];
  }
  [[nodiscard]] float* out(std::size_t i) const noexcept {
    const std::size_t at = first + i;
    if (panel.out_offsets == nullptr) return panel.output + at * panel.out_stride;
    return panel.output + panel.out_offsets[at];
  }
};

template <std::size_t Rows, std::size_t Vectors>
class Sums {
 public:
  [[gnu::always_inline]] void begin(const float* from) noexcept {
    each([&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
      sums_[i][j] = from == nullptr ? Vec{} : load<Vec>(from + (i * Vectors + j) * kLanes);
    });
  }
  /// Adds row_i[k] weights[k][...].
  [[gnu::always_inline]] void add(const float* const (&rows)[Rows], std::size_t k,
                                  const float* weights) noexcept {
    Vec w[Vectors];
    unroll<Vectors>([&](std::size_t j) { w[j] = load<Vec>(weights + j * kLanes); });
    unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
      const float x = rows[i][k];
      unroll<Vectors>([&](std::size_t j) { sums_[i][j] += w[j] * x; });
    });
  }
  [[gnu::always_inline]] void save(float* to) const noexcept {
    each([&](std::size_t i, std::size_t j)
             __attribute__((always_inline)) { store(to + (i * Vectors + j) * kLanes, sums_[i][j]); });
  }
  [[gnu::always_inline]] void finish(const Tile& tile) const noexcept {
    const EpilogueRow& epilogue = tile.panel.epilogue;
    const Limits limits(epilogue.activation);
    Vec bias[Vectors];
    unroll<Vectors>([&](std::size_t j) { bias[j] = load<Vec>(epilogue.bias + j * kLanes); });
    if (tile.panel.columns == Vectors * kLanes) {
      unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
        float* const to = tile.out(i);
        unroll<Vectors>([&](std::size_t j) { store(to + j * kLanes, limits(sums_[i][j] + bias[j])); });
      });
      return;
    }
    each([&](std::size_t i, std::size_t j) __attribute__((always_inline)) {
      const std::size_t at = j * kLanes, columns = tile.panel.columns;
      const Vec result = limits(sums_[i][j] + bias[j]);
      if (at + kLanes <= columns) {
        store(tile.out(i) + at, result);
      } else if (at < columns) {
        store_first(tile.out(i) + at, result, columns - at);
      }
    });
  }

 private:
  template <class Body>
  [[gnu::always_inline]] static void each(Body body) noexcept {
    unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
      unroll<Vectors>([&](std::size_t j) __attribute__((always_inline)) { body(i, j); });
    });
  }

  Vec sums_[Rows][Vectors];
};

/// Blocks of a row that are on their way before they are needed.
template <std::size_t Vectors>
constexpr std::size_t kAhead = Vectors > 2 ? 2 : 4;

/// Fetches where this tile will write, and where the next one begins to read.
template <std::size_t Rows, std::size_t Vectors>
[[gnu::always_inline]] inline void prefetch_ends(const Tile& tile) noexcept {
  const GemmPanel& panel = tile.panel;
  if (panel.output != nullptr) {
    for (std::size_t i = 0; i < Rows; ++i) {
      float* const to = tile.out(i);
      for (std::size_t j = 0; j < Vectors * kLanes; j += kBlock) __builtin_prefetch(to + j, 1);
    }
  }
  const std::size_t rest = panel.count - tile.first, next = rest < 2 * Rows ? rest : 2 * Rows;
  for (std::size_t i = Rows; i < next; ++i) {
    const float* const from = tile.row(i) + panel.segments[0].input;
    for (std::size_t j = 0; j < kAhead<Vectors>; ++j) __builtin_prefetch(from + j * kBlock);
  }
}

template <std::size_t Rows, std::size_t Vectors>
void run(const Tile& tile) noexcept {
  constexpr std::size_t kWidth = Vectors * kLanes;
  const GemmPanel& panel = tile.panel;
  float* const saved = panel.sums == nullptr ? nullptr : panel.sums + tile.first * kWidth;
  Sums<Rows, Vectors> sums;
  prefetch_ends<Rows, Vectors>(tile);
  sums.begin(panel.first ? nullptr : saved);
  const float* rows[Rows];
  for (std::size_t s = 0; s < panel.segment_count; ++s) {
    const GemmSegment segment = panel.segments[s];
    unroll<Rows>([&](std::size_t i) { rows[i] = tile.row(i) + segment.input; });
    const float* weights = panel.weights + static_cast<std::size_t>(segment.row) * kWidth;
    std::size_t k = 0;
    while (k + kBlock <= panel.depth) {
      unroll<Rows>([&](std::size_t i) { __builtin_prefetch(rows[i] + k + kAhead<Vectors> * kBlock); });
      tile.prefetch.step();
      for (const std::size_t end = k + kBlock; k < end; ++k, weights += kWidth) sums.add(rows, k, weights);
    }
    for (; k < panel.depth; ++k, weights += kWidth) sums.add(rows, k, weights);
  }
  if (panel.output == nullptr) return sums.save(saved);
  sums.finish(tile);
}

using Run = void (*)(const Tile&) noexcept;

/// The function for so many vectors and rows.
template <std::size_t Vectors>
struct RunsOf {
  Run of_rows[kMaxRows + 1] = {};
  constexpr RunsOf() noexcept {
    [this]<std::size_t... I>(std::index_sequence<I...>) {
      ((of_rows[I + 1] = run<I + 1, Vectors>), ...);
    }(std::make_index_sequence<kRowsOf[Vectors]>());
  }
};

template <std::size_t Vectors>
void run_panel(const GemmPanel& panel) noexcept {
  static constexpr RunsOf<Vectors> kRuns;
  // Tiles of nearly equal height: a last one of a row or two would leave the multipliers idle.
  constexpr std::size_t kRows = kRowsOf[Vectors];
  const std::size_t tiles = (panel.count + kRows - 1) / kRows;
  Prefetch prefetch(panel.prefetch, panel.prefetch_bytes,
                    tiles * panel.segment_count * (panel.depth / kBlock));
  for (std::size_t t = 0; t < tiles; ++t) {
    const std::size_t first = panel.count * t / tiles, last = panel.count * (t + 1) / tiles;
    const Tile tile{panel, first, prefetch};
    kRuns.of_rows[last - first](tile);
    if (panel.output == nullptr || !is_more_than_limits(panel.epilogue.activation)) continue;
    for (std::size_t i = 0; i < last - first; ++i) activate_row(panel.epilogue, tile.out(i), panel.columns);
  }
}

}  // namespace

void panel_shape(PanelShape& shape) noexcept { shape = {kLanes, kVectors * kLanes}; }

void gemm_panel(const GemmPanel& panel) noexcept {
  static constexpr GemmSegment kWhole{0, 0};
  if (panel.segments == nullptr) {
    GemmPanel whole = panel;
    whole.segments = &kWhole;
    whole.segment_count = 1;
    return gemm_panel(whole);
  }
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((panel.width == (I + 1) * kLanes ? run_panel<I + 1>(panel) : void()), ...);
  }(std::make_index_sequence<kVectors>());
}

}  // namespace densecrf::DENSECRF_ISA
