// Every kernel on every instruction set, on one thread and on what a picture of 500 x 375 makes of it: two
// kernels (9 rows a point), 21 labels and 2. Beside each time stands the share of what the machine could do
// at best.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "lattice/lattice.h"
#include "peaks.h"
#include "scene.h"

namespace densecrf::bench {
namespace {

constexpr double kBudget = 0.05;       // seconds per number
constexpr double kExpOperations = 16;  // of simd/exp.h

/// One number to take: `run` does `units` units of work, each of them so many bytes and operations, within
/// `footprint` bytes.
struct Measure {
  const char* kernel;
  const char* unit;
  double units, bytes, operations, footprint;
  std::function<void(const Kernels&)> run;
};

/// Arrays of a pass with so many labels.
class Pass {
 public:
  Pass(Scene& scene, std::size_t labels)
      : scene_(scene),
        labels_(labels),
        width_(labels == 2 ? 1 : (labels + kRowGroup - 1) / kRowGroup * kRowGroup),
        values_(scene.lattice.cells() * width_),
        sums_(scene.lattice.slots() * width_, 0.01F),
        tile_values_(scene.lattice.max_tile_slots() * width_, 0.1F),
        unary_(kPoints * labels + kReadAhead, -1.0F),
        q_(kPoints * std::max<std::size_t>(width_, 2), 0.01F),
        scale_(width_, 3.0F),
        matrix_(labels * width_, 0.1F),
        scratch_(width_),
        map_(kPoints) {
    // Not one label ahead of all others, as a network's output would have it: the softmax sums differ.
    for (std::size_t i = 0; i < unary_.size(); ++i) unary_[i] = -static_cast<float>(i % 7);
  }

  /// Undoes what blurring in place piles up.
  void reset() { std::fill(values_.begin(), values_.end(), 0.01F); }

  [[nodiscard]] std::vector<Measure> measures() {
    const Lattice& lattice = scene_.lattice;
    const auto points = static_cast<double>(kPoints), rows = static_cast<double>(lattice.rows());
    const auto labels = static_cast<double>(labels_), width = static_cast<double>(width_);
    const auto vertices = static_cast<double>(lattice.vertices()),
               slots = static_cast<double>(lattice.slots()),
               shared = static_cast<double>(lattice.cells()) - slots,
               merged = static_cast<double>(scene_.merge_slots.size());
    const double row = 4 * width;  // bytes
    const double tile = row * static_cast<double>(lattice.max_tile_slots());
    const double pass = 2 * rows * width;  // operations of a splat, and of a slice
    double links = 0;
    for (const LatticeTerm& term : lattice.terms()) {
      for (const AxisGroup& group : term.groups) links += static_cast<double>(group.chains.size());
    }
    const auto named = [this](void (Pass::*run)(const Kernels&)) {
      return [this, run](const Kernels& use) { (this->*run)(use); };
    };
    const double all = points * labels;
    std::vector<Measure> out{
        {"lattice_embed", "point", points, 0, 0, 0, named(&Pass::embed)},
        {"merge_rows", "slot", merged, row + 4, width, (slots + shared) * row, named(&Pass::merge)},
        {"blur_chains", "link", links, 2 * row + 4, 3 * width, vertices * row, named(&Pass::blur)},
        {"gather_rows", "slot", slots, 2 * row + 4, width, vertices * row + tile, named(&Pass::gather)},
        {"splat_rows", "point", points, 4 * pass, pass, tile, named(&Pass::splat)},
        {"slice_rows", "point", points, 2 * pass, pass, tile, named(&Pass::slice)},
        {"store_unary", "label", all, 8, 2, 8 * all, named(&Pass::store)},
        {"argmax_rows", "label", all, 4, 1, 4 * all, named(&Pass::argmax)},
        {"unary_from_softmax", "label", all, 8, 0, 8 * all, named(&Pass::unary)},
        {"lerp_rows", "number", points, 12, 3, 8 * points, named(&Pass::lerp)},
    };
    const double work = 2 * pass + kExpOperations * width, moved = 6 * pass;
    if (width_ == 1) {
      out.push_back({"mean_field_binary", "point", points, moved, work, 2 * tile, named(&Pass::mean_field)});
    } else {
      out.push_back({"mean_field_rows", "point", points, moved, work, 2 * tile, named(&Pass::mean_field)});
      out.push_back({"gather_mixed_rows", "slot", slots, 0, 2 * labels * width, 0, named(&Pass::mix)});
    }
    return out;
  }

 private:
  template <class Body>
  void for_tiles(Body body) {
    for (std::size_t tile = 0; tile < scene_.tiling.tiles(); ++tile) {
      const std::size_t start = scene_.tiling.start(tile), rows = scene_.lattice.rows();
      const float* weights = scene_.lattice.weights().data() + start * rows;
      const TileTable table{scene_.lattice.point_slots() + start * rows, weights, weights, rows,
                            scene_.tiling.size(tile)};
      body(table, start, scene_.lattice.first_slot(tile, 0), scene_.lattice.first_slot(tile + 1, 0));
    }
  }
  template <class Body>
  void for_slots(Body body) {
    for_tiles([&](const TileTable&, std::size_t, std::size_t first, std::size_t last) {
      body(scene_.lattice.slot_cells() + first, last - first);
    });
  }
  void embed(const Kernels& use) { scene_.embed(use); }
  void merge(const Kernels& use) {
    use.merge_rows(values_.data(), scene_.merge_offsets.data(), scene_.merge_slots.data(), 0,
                   scene_.merge_offsets.size() - 1, width_, values_.data() + scene_.lattice.slots() * width_);
  }
  void blur(const Kernels& use) {
    for (const LatticeTerm& term : scene_.lattice.terms()) {
      for (const AxisGroup& group : term.groups) {
        for (std::size_t at = 1; at < group.starts.size(); ++at) {
          const std::size_t first = group.starts[at - 1], last = group.starts[at];
          use.blur_chains(group.chains.data() + first, last - first, width_, values_.data());
        }
      }
    }
  }
  void gather(const Kernels& use) {
    for_slots([&](const std::uint32_t* vertices, std::size_t count) {
      use.gather_rows(values_.data(), vertices, count, scale_.data(), width_, tile_values_.data());
    });
  }
  void mix(const Kernels& use) {
    for_slots([&](const std::uint32_t* vertices, std::size_t count) {
      use.gather_mixed_rows(values_.data(), vertices, count, matrix_.data(), labels_, width_,
                            tile_values_.data());
    });
  }
  void splat(const Kernels& use) {
    for_tiles([&](const TileTable& table, std::size_t start, std::size_t slot, std::size_t) {
      use.splat_rows(table, &unary_[start * labels_], std::min(labels_, width_), width_,
                     &sums_[slot * width_]);
    });
  }
  void slice(const Kernels& use) {
    for_tiles([&](const TileTable& table, std::size_t, std::size_t, std::size_t) {
      use.slice_rows(table, tile_values_.data(), width_, q_.data());
    });
  }
  void mean_field(const Kernels& use) {
    for_tiles([&](const TileTable& table, std::size_t start, std::size_t slot, std::size_t) {
      const MeanFieldTile tile{table,   &unary_[start * labels_], labels_,
                               width_,  tile_values_.data(),      &sums_[slot * width_],
                               nullptr, scratch_.data()};
      width_ == 1 ? use.mean_field_binary(tile) : use.mean_field_rows(tile);
    });
  }
  void store(const Kernels& use) {
    use.store_unary(unary_.data(), labels_, kPoints, q_.data(), least_.data());
  }
  void argmax(const Kernels& use) { use.argmax_rows(unary_.data(), labels_, labels_, kPoints, map_.data()); }
  void unary(const Kernels& use) {
    use.unary_from_softmax(unary_.data(), 1, 0, 1e-5F, q_.data(), kPoints * labels_);
  }
  void lerp(const Kernels& use) { use.lerp_rows(unary_.data(), unary_.data() + 1, 0.3F, q_.data(), kPoints); }

  Scene& scene_;
  std::size_t labels_, width_;
  std::vector<float> values_, sums_, tile_values_, unary_, q_, scale_, matrix_, scratch_;
  std::vector<std::int32_t> map_;
  std::vector<float> least_ = std::vector<float>(kPoints);
};

class Machine {
 public:
  [[nodiscard]] double cycles(double seconds) const { return seconds * clock_; }
  /// Bandwidth of copying, measured once for each footprint.
  double bandwidth(double footprint) {
    const auto [at, is_new] = bandwidths_.try_emplace(footprint, 0);
    if (is_new) at->second = copy_bandwidth(footprint);
    return at->second;
  }

 private:
  double clock_ = clock_rate();
  std::map<double, double> bandwidths_;
};

void print(const Measure& of, double seconds, Machine& machine, double peak) {
  const double each = seconds / of.units, bandwidth = of.bytes / each, rate = of.operations / each;
  std::printf("  %-18s %8.2f ns %7.1f cycles a %-7s", of.kernel, 1e9 * each, machine.cycles(each), of.unit);
  if (of.bytes > 0) {
    std::printf("%7.1f GB/s %4.0f %%", bandwidth / 1e9, 100 * bandwidth / machine.bandwidth(of.footprint));
  } else
    std::printf("%19s", "");
  if (of.operations > 0) std::printf("%7.1f GFLOP/s %3.0f %%", rate / 1e9, 100 * rate / peak);
  std::printf("\n");
}

void run() {
  Machine machine;
  Scene scene;
  std::printf("500 x 375 points, %zu vertices, %zu slots in %zu tiles, one thread\n",
              scene.lattice.vertices(), scene.lattice.slots(), scene.tiling.tiles());
  std::printf("clock %.2f GHz, copying %.0f GB/s within 32 KiB, %.0f within 512 KiB, %.0f within 256 MiB\n",
              1e-9 * machine.cycles(1), machine.bandwidth(0x1p15) / 1e9, machine.bandwidth(0x1p19) / 1e9,
              machine.bandwidth(0x1p28) / 1e9);
  for (const Isa isa : available_isas()) {
    const double peak = multiply_add_peak(isa);
    std::printf("\n%s, multiply-adds %.0f GFLOP/s\n", isa_name(isa), peak / 1e9);
    for (const std::size_t labels : {21U, 2U}) {
      std::printf(" %zu labels\n", labels);
      Pass pass(scene, labels);
      for (const Measure& measure : pass.measures()) {
        const double seconds = fastest(kBudget, [&] { pass.reset(); }, [&] { measure.run(kernels(isa)); });
        print(measure, seconds, machine, peak);
      }
    }
  }
}

}  // namespace
}  // namespace densecrf::bench

int main() { densecrf::bench::run(); }
