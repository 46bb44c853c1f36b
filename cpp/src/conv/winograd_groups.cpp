#include "conv/winograd_groups.h"

#include <algorithm>

namespace densecrf::winograd {
namespace {

std::size_t products(WinogradForms forms) noexcept {
  return scheme(forms.y).products * scheme(forms.x).products;
}

/// What each of as few parts as possible may hold at most, if `slack` of it may have to stay free.
std::size_t even_share(std::size_t all, std::size_t most, std::size_t slack) noexcept {
  if (all <= most) return all;
  const std::size_t sure = most > slack ? most - slack : 1, parts = (all + sure - 1) / sure;
  return std::min(most, (all + parts - 1) / parts + slack);
}

}  // namespace

Groups::Groups(const ConvShape& shape, const Tiling& tiling, const Portions& portions) {
  for (const Patch& patch : tiling.patches) add_tiles(shape, patch);
  // Like tiles stand together, so that few groups need the same weights.
  add_groups(tiling.rows, portions);
  for (Group& group : groups) number_rows(group, tiling.slots);
}

void Groups::add_tiles(const ConvShape& shape, const Patch& patch) {
  for (std::size_t f = 0; f < kForms * kForms; ++f) {
    const WinogradForms forms{static_cast<Form>(f / kForms), static_cast<Form>(f % kForms)};
    const std::size_t first = tiles.size();
    for (std::size_t image = 0; image < shape.input.batch; ++image) {
      for (const Part& y : patch.ys) {
        for (const Part& x : patch.xs) {
          if (y.form != forms.y || x.form != forms.x) continue;
          tiles.push_back({static_cast<std::uint32_t>(image), static_cast<std::uint32_t>(y.start),
                           static_cast<std::uint32_t>(x.start), static_cast<std::uint8_t>(y.outputs),
                           static_cast<std::uint8_t>(x.outputs)});
        }
      }
    }
    if (tiles.size() > first) runs.push_back({forms, 0, first, tiles.size() - first, {}});
  }
}

void Groups::add_groups(std::size_t rows, const Portions& portions) {
  const std::size_t rows_at_once = portions.rows, group_rows = portions.group_rows;
  // A tile stays in one piece: where the next one does not fit, fewer rows than the most are held.
  std::size_t slack = 0;
  for (const Run& run : runs) slack = std::max(slack, products(run.forms) - 1);
  const std::size_t most = even_share(rows, rows_at_once, slack);
  const std::size_t group_most = even_share(most, group_rows, slack);
  std::vector<Run> whole;
  whole.swap(runs);
  for (const Run& run : whole) {
    const std::size_t each = products(run.forms);
    for (std::size_t done = 0; done < run.count;) {
      const bool first = groups.empty();
      const std::size_t held = first ? 0 : groups.back().rows, before = first ? 0 : groups.back().before;
      if (first || held + each > group_most || before + held + each > most) {
        const bool new_pass = first || before + held + each > most;
        if (new_pass) passes.push_back(groups.size());
        groups.push_back({runs.size(), runs.size(), {}, 0, new_pass ? 0 : before + held});
      }
      Group& group = groups.back();
      const std::size_t room = std::min(group_most - group.rows, most - group.before - group.rows);
      const std::size_t count = std::min(run.count - done, room / each);
      runs.push_back({run.forms, groups.size() - 1, run.first + done, count, {}});
      group.last_run = runs.size();
      group.rows += count * each;
      done += count;
    }
  }
  passes.push_back(groups.size());
}

void Groups::number_rows(Group& group, const std::vector<Slot>& slots) {
  for (std::size_t r = group.first_run; r < group.last_run; ++r) runs[r].rows.resize(products(runs[r].forms));
  std::size_t next = 0;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    const std::size_t first = next;
    for (std::size_t r = group.first_run; r < group.last_run; ++r) {
      const Scheme &y = scheme(runs[r].forms.y), &x = scheme(runs[r].forms.x);
      for (std::size_t p = 0; p < y.products; ++p) {
        if (filter_id(runs[r].forms.y, p) != slots[s].y) continue;
        for (std::size_t q = 0; q < x.products; ++q) {
          if (filter_id(runs[r].forms.x, q) != slots[s].x) continue;
          runs[r].rows[p * x.products + q] = static_cast<std::uint32_t>(next);
          next += runs[r].count;
        }
      }
    }
    if (next > first) group.slots.push_back({s, first, next - first});
  }
}

std::size_t Groups::bytes() const noexcept {
  std::size_t bytes = tiles.capacity() * sizeof(Tile) + runs.capacity() * sizeof(Run);
  for (const Run& run : runs) bytes += run.rows.capacity() * sizeof(std::uint32_t);
  for (const Group& group : groups) bytes += sizeof(Group) + group.slots.capacity() * sizeof(SlotRows);
  return bytes;
}

}  // namespace densecrf::winograd
