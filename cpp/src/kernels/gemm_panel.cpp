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
constexpr std::size_t kVectors = 3;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 6, 4};
#elif defined(__aarch64__)
constexpr std::size_t kVectors = 4;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 7, 7, 6};
#else  // of 16 registers, and without broadcasts from memory or products of three operands
constexpr std::size_t kVectors = 3;
constexpr std::size_t kRowsOf[kVectors + 1] = {0, 7, 5, 4};
#endif
static_assert(kVectors <= kPanelVectors);
// So many rows of a narrow panel stay in the first cache; those of a wide one come from the second.
constexpr std::size_t kDeepest = kVectors * kLanes < 32 ? 256 : 512;

constexpr std::size_t kMaxRows = 7;
constexpr std::size_t kLine = 64;                      // bytes
constexpr std::size_t kBlock = kLine / sizeof(float);  // numbers of a row between prefetches
constexpr std::size_t kShallow = 4 * kBlock;           // so short rows arrive without prefetches

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

/// Half a register, where that is 8 floats: as the end of a narrow panel.
using Half = FloatVec<kLanes == 16 ? 8 : kLanes>;
constexpr std::size_t kHalf = sizeof(Half) / sizeof(float);

/// Ends rows whose sums, `width` apart, had to go through memory.
void finish_rows(const Tile& tile, const float* sums, std::size_t rows, std::size_t width) noexcept {
  const EpilogueRow& epilogue = tile.panel.epilogue;
  const Limits limits(epilogue.activation);
  const std::size_t columns = tile.panel.columns;
  for (std::size_t i = 0; i < rows; ++i, sums += width) {
    float* const to = tile.out(i);
    std::size_t at = 0;
    for (; at + kLanes <= columns; at += kLanes) {
      store(to + at, limits(load<Vec>(sums + at) + load<Vec>(epilogue.bias + at)));
    }
    for (; at < columns; at += kHalf) {
      const Half result = limits(load<Half>(sums + at) + load<Half>(epilogue.bias + at));
      if (at + kHalf <= columns) {
        store(to + at, result);
      } else {
        store_first(to + at, result, columns - at);
      }
    }
  }
}

template <std::size_t Rows, std::size_t Width>
class Sums {
  static constexpr std::size_t kFull = Width / kLanes;
  static constexpr bool kHasHalf = Width % kLanes != 0;

 public:
  [[gnu::always_inline]] void begin(const float* from) noexcept {
    each([&](auto& sum, std::size_t i, std::size_t at) __attribute__((always_inline)) {
      using V = std::remove_reference_t<decltype(sum)>;
      sum = from == nullptr ? V{} : load<V>(from + i * Width + at);
    });
  }
  /// Adds row_i[k] weights[...].
  [[gnu::always_inline]] void add(const float* const (&rows)[Rows], std::ptrdiff_t k,
                                  const float* weights) noexcept {
    Vec w[kFull + 1];
    Half w_half{};
    unroll<kFull>([&](std::size_t j) { w[j] = load<Vec>(weights + j * kLanes); });
    if constexpr (kHasHalf) w_half = load<Half>(weights + kFull * kLanes);
    unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
      const Vec x = splat<Vec>(rows[i][k]);
      unroll<kFull>([&](std::size_t j) { full_[i][j] += w[j] * x; });
      if constexpr (kHasHalf) half_[i] += w_half * low<Half>(x);
    });
  }
  [[gnu::always_inline]] void save(float* to) const noexcept {
    each([&](auto sum, std::size_t i, std::size_t at)
             __attribute__((always_inline)) { store(to + i * Width + at, sum); });
  }
  [[gnu::always_inline]] void finish(const Tile& tile) const noexcept {
    const Limits limits(tile.panel.epilogue.activation);
    // Limits take the pipes that multiply; most layers have no upper one.
    if (limits.has_high()) {
      store_limited(tile, limits);
    } else {
      store_limited(tile, [&](auto x) __attribute__((always_inline)) { return limits.low(x); });
    }
  }

 private:
  template <class Limit>
  [[gnu::always_inline]] void store_limited(const Tile& tile, Limit limit) const noexcept {
    const float* const bias = tile.panel.epilogue.bias;
    float* to[Rows];
    unroll<Rows>([&](std::size_t i) { to[i] = tile.out(i); });
    each([&](auto sum, std::size_t i, std::size_t at) __attribute__((always_inline)) {
      store(to[i] + at, limit(sum + load<decltype(sum)>(bias + at)));
    });
  }
  template <class Self, class Body>
  [[gnu::always_inline]] static void each_of(Self& self, Body body) noexcept {
    unroll<Rows>([&](std::size_t i) __attribute__((always_inline)) {
      unroll<kFull>([&](std::size_t j)
                        __attribute__((always_inline)) { body(self.full_[i][j], i, j * kLanes); });
      if constexpr (kHasHalf) body(self.half_[i], i, kFull * kLanes);
    });
  }
  template <class Body>
  [[gnu::always_inline]] void each(Body body) noexcept {
    each_of(*this, body);
  }
  template <class Body>
  [[gnu::always_inline]] void each(Body body) const noexcept {
    each_of(*this, body);
  }

  Vec full_[Rows][kFull + 1];
  Half half_[Rows];
};

/// Blocks of a row that are on their way before they are needed.
template <std::size_t Width>
constexpr std::size_t kAhead = Width > 2 * kLanes ? 2 : 4;

/// Fetches where this tile will write, and where the next one begins to read.
template <std::size_t Rows, std::size_t Width>
[[gnu::always_inline]] inline void prefetch_ends(const Tile& tile) noexcept {
  const GemmPanel& panel = tile.panel;
  if (panel.output != nullptr) {
    for (std::size_t i = 0; i < Rows; ++i) {
      float* const to = tile.out(i);
      for (std::size_t j = 0; j < Width; j += kBlock) __builtin_prefetch(to + j, 1);
    }
  }
  if (panel.depth <= kShallow || panel.count - tile.first < 2 * Rows) return;
  unroll<Rows>([&](std::size_t i) {
    const float* const from = tile.row(i + Rows) + panel.segments[0].input;
    for (std::size_t j = 0; j < kAhead<Width>; ++j) __builtin_prefetch(from + j * kBlock);
  });
}

/// Keeps what is the same for all tiles from being held in registers, which the loops between need.
[[gnu::always_inline]] inline void forget_loads() noexcept { asm volatile("" : : : "memory"); }

/// Tiles of `Rows` rows each. They follow each other within one function, without calls that would take the
/// registers: what comes between two of them holds up the multipliers.
template <std::size_t Rows, std::size_t Width>
void run(const GemmPanel& panel, Prefetch& prefetch, std::size_t first, std::size_t last) noexcept {
  constexpr auto kStep = static_cast<std::ptrdiff_t>(kBlock);
  const bool is_whole = panel.output != nullptr && panel.columns == Width;
  const std::size_t blocks = panel.depth > kShallow ? panel.depth / kBlock : 0;  // the rest one by one
  float spare[Rows * Width];
  for (; first < last; first += Rows) {
    forget_loads();
    const Tile tile{panel, first};
    float* const saved = panel.sums == nullptr ? spare : panel.sums + first * Width;
    Sums<Rows, Width> sums;
    prefetch_ends<Rows, Width>(tile);
    sums.begin(panel.first ? nullptr : saved);
    const float* rows[Rows];
    unroll<Rows>([&](std::size_t i) { rows[i] = tile.row(i); });
    for (std::size_t s = 0; s < panel.segment_count; ++s) {
      const GemmSegment segment = panel.segments[s];
      const float* weights = panel.weights + static_cast<std::size_t>(segment.row) * Width;
      std::ptrdiff_t k = segment.input;
      const std::ptrdiff_t end = k + static_cast<std::ptrdiff_t>(panel.depth);
      for (std::size_t block = 0; block < blocks; ++block) {
        unroll<Rows>([&](std::size_t i) { __builtin_prefetch(rows[i] + k + kAhead<Width> * kBlock); });
        prefetch.step();
        for (const auto block_end = k + kStep; k < block_end; ++k, weights += Width)
          sums.add(rows, k, weights);
      }
      for (; k < end; ++k, weights += Width) sums.add(rows, k, weights);
    }
    forget_loads();
    if (is_whole) {
      sums.finish(tile);
      continue;
    }
    sums.save(saved);
    if (panel.output != nullptr) finish_rows(tile, saved, Rows, Width);
  }
}

using Run = void (*)(const GemmPanel&, Prefetch&, std::size_t, std::size_t) noexcept;

template <std::size_t Width>
constexpr std::size_t kRowsAt = kRowsOf[(Width + kLanes - 1) / kLanes];

/// The function for so many columns and rows.
template <std::size_t Width>
struct RunsOf {
  Run of_rows[kMaxRows + 1] = {};
  constexpr RunsOf() noexcept {
    [this]<std::size_t... I>(std::index_sequence<I...>) {
      ((of_rows[I + 1] = run<I + 1, Width>), ...);
    }(std::make_index_sequence<kRowsAt<Width>>());
  }
};

template <std::size_t Width>
void run_panel(const GemmPanel& panel) noexcept {
  static constexpr RunsOf<Width> kRuns;
  // Tiles of nearly equal height: a last one of a row or two would leave the multipliers idle.
  constexpr std::size_t kRows = kRowsAt<Width>;
  const std::size_t tiles = (panel.count + kRows - 1) / kRows;
  Prefetch prefetch(panel.prefetch, panel.prefetch_bytes,
                    tiles * panel.segment_count * (panel.depth / kBlock));
  if (tiles == 0) return;
  const std::size_t height = panel.count / tiles, higher = panel.count % tiles * (height + 1);
  if (higher != 0) kRuns.of_rows[height + 1](panel, prefetch, 0, higher);
  kRuns.of_rows[height](panel, prefetch, higher, panel.count);
  if (panel.output == nullptr || !is_more_than_limits(panel.epilogue.activation)) return;
  for (std::size_t i = 0; i < panel.count; ++i) {
    activate_row(panel.epilogue, Tile{panel, i}.out(0), panel.columns);
  }
}

}  // namespace

void panel_shape(PanelShape& shape) noexcept {
  shape = {kLanes, kVectors * kLanes, kHalf == kLanes ? 0 : kHalf, kDeepest};
}

void gemm_panel(const GemmPanel& panel) noexcept {
  static constexpr GemmSegment kWhole{0, 0};
  if (panel.segments == nullptr) {
    GemmPanel whole = panel;
    whole.segments = &kWhole;
    whole.segment_count = 1;
    return gemm_panel(whole);
  }
  if constexpr (kHalf != kLanes) {
    if (panel.width == kHalf) return run_panel<kHalf>(panel);
    if (panel.width == kLanes + kHalf) return run_panel<kLanes + kHalf>(panel);
  }
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((panel.width == (I + 1) * kLanes ? run_panel<(I + 1) * kLanes>(panel) : void()), ...);
  }(std::make_index_sequence<kVectors>());
}

}  // namespace densecrf::DENSECRF_ISA
