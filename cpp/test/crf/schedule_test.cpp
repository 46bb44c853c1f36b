// What the options of a schedule promise: when inference stops, and how far freezing may lead away.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/cpu.h"
#include "densecrf/crf.h"
#include "densecrf/threads.h"

namespace densecrf::oracle {
namespace {

struct Outcome {
  std::vector<float> probabilities;
  std::vector<std::int32_t> map;
  int iterations = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome run(const RandomCase& crf, const Schedule& schedule, Layout layout = Layout::kChannelsLast) {
  Outcome out;
  out.probabilities.resize(crf.energy.size());
  out.map.resize(crf.points());
  std::unique_ptr<DenseCrf> engine;
  CHECK_EQ(DenseCrf::create(crf.extents, crf.labels, engine), Status::kOk);
  for (const OwnedTerm& term : crf.terms) CHECK_EQ(engine->add_pairwise(term.view()), Status::kOk);
  CHECK_EQ(engine->set_unary(crf.energy, Layout::kChannelsLast), Status::kOk);
  RunControl control;
  control.context = &out.iterations;
  control.progress = [](void* count, int done, int) noexcept { *static_cast<int*>(count) = done; };
  CHECK_EQ(engine->inference(schedule, out.probabilities, out.map, layout, control), Status::kOk);
  return out;
}

Schedule with(int iterations, float tolerance, float freeze) {
  Schedule schedule(iterations);
  schedule.tolerance = tolerance;
  schedule.freeze = freeze;
  return schedule;
}

float change(const Outcome& a, const Outcome& b) {
  float most = 0;
  for (std::size_t i = 0; i < a.probabilities.size(); ++i) {
    most = std::max(most, std::fabs(a.probabilities[i] - b.probabilities[i]));
  }
  return most;
}

RandomCase picture(std::size_t labels) {
  Random random(static_cast<std::uint32_t>(labels));
  RandomCase out = random_grid(random, {45, 70}, labels);
  // Some points are certain, some are not.
  for (float& energy : out.energy) energy *= labels > 8 ? 12.0F : 3.0F;
  out.terms = {gaussian(out, 3), bilateral(random, out, 3, 15, 20)};
  return out;
}

TEST("a tolerance ends inference after the iteration that changed no more, with its result") {
  for (const std::size_t labels : {2, 5, 40}) {
    const RandomCase crf = picture(labels);
    int expected = 1;
    constexpr float kTolerance = 1e-3F;
    while (change(run(crf, expected - 1), run(crf, expected)) > kTolerance) ++expected;
    CHECK(expected > 1);
    const Outcome stopped = run(crf, with(1000, kTolerance, 0));
    CHECK_EQ(stopped.iterations, expected);
    CHECK(stopped == run(crf, expected));
    CHECK_EQ(run(crf, with(1000, 1, 0)).iterations, 1);
    CHECK(run(crf, with(3, 1e-30F, 0)) == run(crf, 3));
    CHECK(run(crf, with(0, kTolerance, 0)) == run(crf, 0));
    const auto first = Layout::kChannelsFirst;
    CHECK(run(crf, with(1000, kTolerance, 0), first) == run(crf, expected, first));
  }
}

TEST("freezing moves no probability far, and none at all where no point is certain enough") {
  for (const Isa isa : available_isas()) {
    use_isa(isa);
    for (const std::size_t labels : {2, 5, 24, 40}) {
      const RandomCase crf = picture(labels);
      const Outcome plain = run(crf, 9), frozen = run(crf, with(9, 0, 1e-3F));
      CHECK_EQ(frozen.iterations, 9);
      CHECK(frozen.probabilities != plain.probabilities);
      CHECK_CLOSE(change(frozen, plain), 0, 0.02);
      CHECK_CLOSE(change(run(crf, with(9, 0, 1e-30F)), plain), 0, 1e-5);
      // A schedule short enough to look at every point in every iteration.
      CHECK_CLOSE(change(run(crf, with(2, 0, 1e-3F)), run(crf, 2)), 0, 1e-5);
    }
  }
}

TEST("freezing and a tolerance together, on any number of threads") {
  const unsigned threads = concurrency();
  for (const std::size_t labels : {2, 5}) {
    const RandomCase crf = picture(labels);
    set_concurrency(1);
    const Outcome one = run(crf, with(100, 1e-4F, 1e-4F));
    CHECK(one.iterations < 100);
    CHECK_CLOSE(change(one, run(crf, 100)), 0, 0.01);
    set_concurrency(3);
    CHECK(run(crf, with(100, 1e-4F, 1e-4F)) == one);
  }
  set_concurrency(threads);
}

}  // namespace
}  // namespace densecrf::oracle
