#include "conv/winograd_tiling.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <limits>

#include "conv/memory_limit.h"
#include "kernels/kernels.h"

namespace densecrf::winograd {
namespace {

constexpr std::size_t kMaxFilters = kForms * kMaxProducts;
constexpr std::size_t kMegabyte = std::size_t{1} << 20;
constexpr std::size_t kDepth = 512;
// What goes from one phase to the next should stay in the last cache, which others use as well.
constexpr std::size_t kPassBytes = 24 * kMegabyte;

// Work, in multiplications: what a weight costs that comes from memory, and a transformed number.
constexpr double kPerWeight = 14, kPerTransformed = 16;
constexpr double kPerRow = 32;  // transformed numbers: what a row costs, however short it is
constexpr double kShareOfPeak = 0.9, kDirectShareOfPeak = 0.93;
// The widest panel of any instruction set; narrower ones share a block.
constexpr std::size_t kLeastColumns = 64;

struct Filters {
  std::array<std::array<std::uint8_t, kMaxProducts>, kForms> ids{};
  std::array<std::array<double, 3>, kMaxFilters> rows{};
};

consteval Filters number_filters() {
  Filters out;
  std::uint8_t count = 0;
  for (std::size_t f = 0; f < kForms; ++f) {
    for (std::size_t p = 0; p < kSchemes[f].products; ++p) {
      const double* row = kSchemes[f].filter[p];
      std::uint8_t id = 0;
      while (id < count && !std::equal(row, row + 3, out.rows[id].begin())) ++id;
      if (id == count) std::copy(row, row + 3, out.rows[count++].begin());
      out.ids[f][p] = id;
    }
  }
  return out;
}
constexpr Filters kFilters = number_filters();

/// Memory and multipliers work side by side, but not quite.
double time_of_both(double products, double weights) noexcept {
  const double memory = weights * kPerWeight;
  return std::max(products, memory) + 0.25 * std::min(products, memory);
}

/// Phase grids of one axis that are cut alike: as long, and between zeros or not.
struct Kind {
  std::size_t count;  ///< outputs of each
  bool alone;
  std::vector<std::size_t> starts;
};

std::vector<Kind> kinds_of(std::size_t outputs, std::size_t inputs, std::size_t step, std::size_t pad) {
  std::vector<Kind> kinds;
  for (std::size_t phase = 0; phase < std::min(step, outputs); ++phase) {
    const std::size_t count = (outputs - phase + step - 1) / step;
    const bool alone = phase < pad && phase + (count + 1) * step >= inputs + pad;
    const auto same = [&](const Kind& kind) { return kind.count == count && kind.alone == alone; };
    auto kind = std::find_if(kinds.begin(), kinds.end(), same);
    if (kind == kinds.end()) kind = kinds.insert(kind, {count, alone, {}});
    kind->starts.push_back(phase);
  }
  return kinds;
}

/// A way to cut the grids of a kind.
struct Cut {
  std::vector<Form> forms;
  std::bitset<kMaxFilters> filters;
  std::size_t products = 0;

  void add(Form form) {
    forms.push_back(form);
    for (std::size_t p = 0; p < scheme(form).products; ++p) filters.set(filter_id(form, p));
    products += scheme(form).products;
  }
};

/// Nearly equal parts of at most `longest` outputs.
Cut cut_into(std::size_t count, std::size_t longest) {
  static constexpr Form kOfLength[] = {Form::kTap, Form::kToom2, Form::kToom3, Form::kToom4};
  Cut cut;
  const std::size_t parts = (count + longest - 1) / longest;
  for (std::size_t i = 0; i < parts; ++i) cut.add(kOfLength[(count + i) / parts - 1]);
  return cut;
}

std::vector<Cut> cuts_of(const Kind& kind) {
  std::vector<Cut> cuts;
  for (const std::size_t longest : {4U, 3U, 2U}) cuts.push_back(cut_into(kind.count, longest));
  for (const Form form : {Form::kAlone1, Form::kAlone2, Form::kAlone3, Form::kAlone5}) {
    if (!kind.alone || scheme(form).outputs < kind.count) continue;
    cuts.emplace_back().add(form);
  }
  return cuts;
}

std::vector<Part> parts_of(const Kind& kind, const Cut& cut, std::size_t step) {
  std::vector<Part> parts;
  for (const std::size_t start : kind.starts) {
    std::size_t done = 0;
    for (const Form form : cut.forms) {
      const std::size_t outputs = std::min(scheme(form).outputs, kind.count - done);
      parts.push_back({form, start + done * step, outputs});
      done += outputs;
    }
  }
  return parts;
}

class Chooser {
 public:
  Chooser(const ConvShape& shape, const Budget& budget)
      : shape_(shape),
        budget_(budget),
        ys_(kinds_of(shape.out_height, shape.input.height, shape.dilation_y, shape.pad_top)),
        xs_(kinds_of(shape.out_width, shape.input.width, shape.dilation_x, shape.pad_left)) {
    for (const Kind& kind : ys_) cuts_y_.push_back(cuts_of(kind));
    for (const Kind& kind : xs_) cuts_x_.push_back(cuts_of(kind));
  }

  /// From each way to cut all grids alike, patch by patch to the better, until nothing is better.
  Tiling best() {
    Choice best;
    double least = kNever;
    for (std::size_t start = 0; start < kStarts; ++start) {
      Choice choice(ys_.size() * xs_.size());
      for (std::size_t k = 0; k < choice.size(); ++k)
        choice[k] = {at(cuts_y(k), start), at(cuts_x(k), start)};
      double time = time_of(choice);
      while (improve(choice, time)) continue;
      if (time < least || best.empty()) best = choice;
      least = std::min(least, time);
    }
    Tiling tiling = make(best, true);
    tiling.time = least;
    return tiling;
  }

 private:
  struct Pair {
    std::size_t y, x;
  };
  using Choice = std::vector<Pair>;  // of cuts, for each pair of kinds
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  static constexpr std::size_t kStarts = 7;

  static std::size_t at(const std::vector<Cut>& cuts, std::size_t start) noexcept {
    return std::min(start, cuts.size() - 1);
  }
  const std::vector<Cut>& cuts_y(std::size_t k) const noexcept { return cuts_y_[k / xs_.size()]; }
  const std::vector<Cut>& cuts_x(std::size_t k) const noexcept { return cuts_x_[k % xs_.size()]; }

  bool improve(Choice& choice, double& time) {
    const double before = time;
    for (std::size_t k = 0; k < choice.size(); ++k) {
      Pair best = choice[k];
      for (std::size_t y = 0; y < cuts_y(k).size(); ++y) {
        for (std::size_t x = 0; x < cuts_x(k).size(); ++x) {
          choice[k] = {y, x};
          const double other = time_of(choice);
          if (other >= time) continue;
          time = other;
          best = {y, x};
        }
      }
      choice[k] = best;
    }
    return time < before;
  }

  Tiling make(const Choice& choice, bool with_parts) const {
    Tiling tiling;
    std::array<std::bitset<kMaxFilters>, kMaxFilters> used{};
    for (std::size_t k = 0; k < choice.size(); ++k) {
      const Kind &y = ys_[k / xs_.size()], &x = xs_[k % xs_.size()];
      const Cut &cut_y = cuts_y(k)[choice[k].y], &cut_x = cuts_x(k)[choice[k].x];
      const std::size_t grids = shape_.input.batch * y.starts.size() * x.starts.size();
      tiling.tiles += grids * cut_y.forms.size() * cut_x.forms.size();
      tiling.rows += grids * cut_y.products * cut_x.products;
      for (std::size_t i = 0; i < kMaxFilters; ++i)
        if (cut_y.filters[i]) used[i] |= cut_x.filters;
      if (with_parts)
        tiling.patches.push_back(
            {parts_of(y, cut_y, shape_.dilation_y), parts_of(x, cut_x, shape_.dilation_x)});
    }
    for (std::size_t i = 0; i < kMaxFilters; ++i)
      for (std::size_t j = 0; used[i].any() && j < kMaxFilters; ++j)
        if (used[i][j]) tiling.slots.push_back({static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(j)});
    return tiling;
  }

  double time_of(const Choice& choice) const {
    const Tiling tiling = make(choice, false);
    // For one worker: the number of threads must not change what is computed.
    const std::size_t at_once = budget_.portions(tiling, 1).rows;
    if (at_once == 0) return kNever;
    const auto rows = static_cast<double>(tiling.rows),
               passes = std::max(1.0, rows / static_cast<double>(at_once));
    const auto channels = static_cast<double>(shape_.input.channels),
               columns = static_cast<double>(budget_.columns);
    return time_of_both(rows * channels * columns / kShareOfPeak,
                        passes * static_cast<double>(tiling.slots.size()) * channels * columns) +
           rows * (channels + columns + kPerRow) * kPerTransformed;
  }

  const ConvShape& shape_;
  const Budget& budget_;
  std::vector<Kind> ys_, xs_;
  std::vector<std::vector<Cut>> cuts_y_, cuts_x_;
};

}  // namespace

std::uint8_t filter_id(Form form, std::size_t product) noexcept {
  return kFilters.ids[static_cast<std::size_t>(form)][product];
}

const double* filter_row(std::uint8_t id) noexcept { return kFilters.rows[id].data(); }

Budget::Budget(const ConvShape& shape, const PlanOptions& options) noexcept {
  PanelShape panel;
  kernels().panel_shape(panel);
  const std::size_t channels = shape.input.channels;
  lanes = panel.lanes;
  widest = panel.widest;
  while (kLeastColumns % widest > lanes) widest -= lanes;  // blocks are to be full
  columns = (shape.out_channels + lanes - 1) / lanes * lanes;
  chunks = (channels + kDepth - 1) / kDepth;
  depth = ((channels + chunks - 1) / chunks + 15) / 16 * 16;
  row_stride = depth % 32 == 0 ? depth + 16 : depth;  // no two rows near each other share a set of the cache
  limit = limit_of(options, 9 * channels * shape.out_channels, pictures_of(shape)).wanted;
}

// The larger a task, the more often it finds its rows in the second cache; but every thread needs tasks.
Portions Budget::portions_of(const Tiling& tiling, std::size_t rows, unsigned workers) const noexcept {
  constexpr std::size_t kTables = 64 << 10, kTile = 16, kMostRows = 3072, kMostColumns = 256,
                        kLeastRows = 256;
  const auto pieces = [](std::size_t all, std::size_t piece) { return (all + piece - 1) / piece; };
  Portions out{workers, rows, std::min(rows, kMostRows), kMostColumns, 0};
  while (workers > 1 && pieces(columns, out.columns) * pieces(rows, out.group_rows) < 2 * workers) {
    if (out.columns > kLeastColumns)
      out.columns /= 2;
    else if (out.group_rows > kLeastRows)
      out.group_rows = std::max(out.group_rows / 2, kLeastRows);
    else
      break;
  }
  out.columns = std::min(out.columns, columns);
  const std::size_t sums = chunks > 1 ? rows * columns : workers * out.group_rows * out.columns;
  out.bytes = kTables + tiling.tiles * kTile +
              sizeof(float) * (tiling.slots.size() * chunks * depth * columns + rows * row_stride + sums);
  return out;
}

// As many rows at once as the limit allows: at the least those of one tile, or none.
Portions Budget::most_rows(const Tiling& tiling, unsigned workers) const noexcept {
  const std::size_t row = (row_stride + (chunks > 1 ? columns : 0)) * sizeof(float);
  const std::size_t most = std::min(tiling.rows, std::max<std::size_t>(kPassBytes / row, 512));
  const std::size_t least = std::min<std::size_t>(most, kMaxProducts * kMaxProducts);
  std::size_t rows = most;
  Portions out = portions_of(tiling, rows, workers);
  while (rows > least && out.bytes > limit) {
    rows = std::max(least, rows - std::max<std::size_t>(rows / 16, 1));
    out = portions_of(tiling, rows, workers);
  }
  if (out.bytes > limit) out.rows = 0;
  return out;
}

// Every pass reads all weights: more workers must not cost more than half of the rows of a pass.
Portions Budget::portions(const Tiling& tiling, unsigned workers) const noexcept {
  const Portions alone = most_rows(tiling, 1);
  for (; workers > 1; workers = workers * 3 / 4) {
    const Portions out = most_rows(tiling, workers);
    if (out.rows != 0 && 2 * out.rows >= alone.rows) return out;
  }
  return alone;
}

double direct_time(double products, double weights) noexcept {
  return time_of_both(products / kDirectShareOfPeak, weights);
}

Tiling choose_tiling(const ConvShape& shape, const Budget& budget) { return Chooser(shape, budget).best(); }

}  // namespace densecrf::winograd
