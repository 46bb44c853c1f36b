// What must not change a bit of the result: threads, and how many words the lattice's keys have.
#include <algorithm>
#include <memory>
#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/cpu.h"
#include "densecrf/crf.h"
#include "densecrf/threads.h"
#include "lattice/key.h"

namespace densecrf::oracle {
namespace {

/// Everything that a field answers with.
struct Answers {
  std::vector<float> probabilities, energy;
  std::vector<std::int32_t> map;
  std::vector<std::size_t> vertices;
  double divergence = 0;
  bool operator==(const Answers&) const = default;
};

Answers answers_of(const RandomCase& crf) {
  Answers out;
  out.probabilities.resize(crf.energy.size());
  out.energy.resize(crf.points());
  out.map.resize(crf.points());
  std::unique_ptr<DenseCrf> engine;
  CHECK_EQ(DenseCrf::create(crf.extents, crf.labels, engine), Status::kOk);
  for (const OwnedTerm& term : crf.terms) CHECK_EQ(engine->add_pairwise(term.view()), Status::kOk);
  CHECK_EQ(engine->set_unary(crf.energy, Layout::kChannelsLast), Status::kOk);
  CHECK_EQ(engine->inference(3, out.probabilities, out.map, Layout::kChannelsLast, {}), Status::kOk);
  CHECK_EQ(engine->pairwise_energy(out.map, 0, out.energy), Status::kOk);
  CHECK_EQ(engine->start_inference({}), Status::kOk);
  CHECK_EQ(engine->step_inference({}), Status::kOk);
  CHECK_EQ(engine->kl_divergence(out.divergence), Status::kOk);
  for (std::size_t k = 0; k < crf.terms.size(); ++k) out.vertices.push_back(engine->vertices(k));
  return out;
}

RandomCase picture(Random& random, std::vector<std::size_t> extents, std::size_t labels) {
  RandomCase out = random_grid(random, std::move(extents), labels);
  out.terms = {gaussian(out, 3), bilateral(random, out, 3, 15, 20)};
  return out;
}

}  // namespace

TEST("results are the same to the bit on any number of threads") {
  Random random(61);
  const Isa isa_before = active_isa();
  const unsigned before = concurrency();
  const std::vector<std::vector<std::size_t>> shapes{{1}, {1025}, {7, 13}, {33, 65}, {65, 67}, {9, 11, 13}};
  for (const auto& shape : shapes) {
    for (const std::size_t labels : {1U, 2U, 3U, 21U, 37U}) {
      const RandomCase crf = picture(random, shape, labels);
      for (const Isa isa : available_isas()) {
        use_isa(isa);
        set_concurrency(1);
        const Answers alone = answers_of(crf);
        for (const unsigned threads : {2U, 3U, 8U}) {
          set_concurrency(threads);
          CHECK(answers_of(crf) == alone);
        }
      }
    }
  }
  use_isa(isa_before);
  set_concurrency(before);
}

TEST("a field may be asked again with more threads or fewer") {
  Random random(62);
  const unsigned before = concurrency();
  const RandomCase crf = picture(random, {65, 67}, 5);
  std::unique_ptr<DenseCrf> engine;
  CHECK_EQ(DenseCrf::create(crf.extents, crf.labels, engine), Status::kOk);
  CHECK_EQ(engine->set_unary(crf.energy, Layout::kChannelsLast), Status::kOk);
  for (const OwnedTerm& term : crf.terms) CHECK_EQ(engine->add_pairwise(term.view()), Status::kOk);
  std::vector<float> first(crf.energy.size()), again(first);
  set_concurrency(1);
  CHECK_EQ(engine->inference(2, first, {}, Layout::kChannelsLast, {}), Status::kOk);
  for (const unsigned threads : {8U, 2U, 5U, 1U}) {
    set_concurrency(threads);
    CHECK_EQ(engine->inference(2, again, {}, Layout::kChannelsLast, {}), Status::kOk);
    CHECK(again == first);
  }
  set_concurrency(before);
}

// A point that is far from all others changes nothing for them; one that is farther makes the keys wider.
TEST("a lattice whose keys need several words gives the others' results to the bit") {
  Random random(63);
  for (const std::size_t dimensions : {5U, 6U}) {
    RandomCase crf = random_grid(random, {15, 20}, 3);
    crf.terms = {point_features(random, crf, dimensions)};
    const auto with_outlier_at = [&](float feature) {
      auto& features = crf.terms[0].float_channels;
      std::fill(features.end() - static_cast<std::ptrdiff_t>(dimensions), features.end(), feature);
      return answers_of(crf);
    };
    const auto words = [&](const OwnedTerm& term) {
      return make_embed_plan(Features(term.view(), crf.extents, crf.points()).bounds())
          .value_or(EmbedPlan{})
          .words;
    };
    const Answers narrow = with_outlier_at(60);
    CHECK_EQ(words(crf.terms[0]), 1);
    const Answers wide = with_outlier_at(6000);
    CHECK(words(crf.terms[0]) > 1);
    CHECK_EQ(wide.vertices, narrow.vertices);
    const auto others = static_cast<std::ptrdiff_t>(crf.energy.size() - crf.labels);
    CHECK(std::equal(wide.probabilities.begin(), wide.probabilities.begin() + others,
                     narrow.probabilities.begin()));
  }
}

}  // namespace densecrf::oracle
