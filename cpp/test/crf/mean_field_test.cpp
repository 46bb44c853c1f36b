// The engine against the plain lattice in double precision, on every instruction set and with one and
// two threads. Float32 sums of these sizes come within 2e-5; one misplaced vertex costs 1e-3 or more.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "crf/mean_field_oracle.h"
#include "crf/random_case.h"
#include "densecrf/cpu.h"
#include "densecrf/crf.h"
#include "densecrf/threads.h"
#include "lattice/lattice_oracle.h"

namespace densecrf::oracle {
namespace {

constexpr double kTolerance = 1e-4;
constexpr int kIterations = 5;

struct Expected {
  MeanFieldOracle field;
  std::vector<std::size_t> vertices;
};

Expected expected_of(const RandomCase& crf) {
  Expected out{MeanFieldOracle(crf.energy, crf.labels), {}};
  for (const OwnedTerm& term : crf.terms) {
    const LatticeOracle lattice(feature_table(crf.extents, term.view()));
    out.vertices.push_back(lattice.vertices());
    const auto filter = [lattice](const std::vector<double>& in, std::size_t channels) {
      return lattice.filter(in, channels);
    };
    out.field.add(filter, term.normalization, term.compatibility);
  }
  return out;
}

std::unique_ptr<DenseCrf> engine_of(const RandomCase& crf) {
  std::unique_ptr<DenseCrf> out;
  CHECK_EQ(DenseCrf::create(crf.extents, crf.labels, out), Status::kOk);
  CHECK_EQ(out->set_unary(crf.energy, Layout::kChannelsLast), Status::kOk);
  for (const OwnedTerm& term : crf.terms) CHECK_EQ(out->add_pairwise(term.view()), Status::kOk);
  return out;
}

template <typename Body>
void on_every_machine(Body body) {
  const Isa before = active_isa();
  const unsigned threads = concurrency();
  for (const Isa isa : available_isas()) {
    CHECK(use_isa(isa));
    for (const unsigned count : {1U, 2U}) {
      set_concurrency(count);
      body();
    }
  }
  use_isa(before);
  set_concurrency(threads);
}

double distance(const std::vector<float>& q, const std::vector<double>& expected) {
  double worst = 0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    const double difference = std::abs(static_cast<double>(q[i]) - expected[i]);
    worst = difference <= worst ? worst : difference;  // NaN stays
  }
  return worst;
}

std::int32_t argmax(const float* row, std::size_t labels) {
  return static_cast<std::int32_t>(std::max_element(row, row + labels) - row);
}

void check_against_oracle(const RandomCase& crf) {
  Expected expected = expected_of(crf);
  expected.field.run(kIterations);
  on_every_machine([&] {
    const auto engine = engine_of(crf);
    std::vector<float> q(crf.energy.size());
    std::vector<std::int32_t> map(crf.points());
    CHECK_EQ(engine->inference(kIterations, q, map, Layout::kChannelsLast, {}), Status::kOk);
    CHECK_CLOSE(distance(q, expected.field.probabilities()), 0, kTolerance);
    std::size_t wrong = 0;
    for (std::size_t p = 0; p < map.size(); ++p) wrong += map[p] != argmax(&q[p * crf.labels], crf.labels);
    CHECK_EQ(wrong, 0U);
    for (std::size_t k = 0; k < crf.terms.size(); ++k) CHECK_EQ(engine->vertices(k), expected.vertices[k]);
  });
}

/// A picture's CRF: gaussian and bilateral.
RandomCase picture(Random& random, std::vector<std::size_t> extents, std::size_t labels) {
  RandomCase out = random_grid(random, std::move(extents), labels);
  out.terms = {gaussian(out, 3), bilateral(random, out, 3, 15, 20)};
  return out;
}

}  // namespace

TEST("any number of labels") {
  Random random(11);
  for (std::size_t labels = 1; labels <= 40; ++labels)
    check_against_oracle(picture(random, {11, 13}, labels));
  for (const std::size_t labels : {64U, 150U, 300U}) check_against_oracle(picture(random, {7, 9}, labels));
}

TEST("any shape, in two dimensions, three, and one") {
  Random random(12);
  const std::vector<std::vector<std::size_t>> shapes{{1, 1},     {1, 7},    {7, 1},   {3, 5},
                                                     {32, 32},   {33, 65},  {70, 31}, {64, 96},
                                                     {5, 9, 11}, {1, 2, 3}, {1},      {1025}};
  for (const auto& shape : shapes) {
    for (const std::size_t labels : {2U, 5U}) check_against_oracle(picture(random, shape, labels));
  }
}

TEST("features of 1 to 16 dimensions") {
  Random random(13);
  for (std::size_t dimensions = 1; dimensions <= 16; ++dimensions) {
    for (const std::size_t labels : {2U, 3U}) {
      RandomCase crf = random_grid(random, {67}, labels);
      crf.terms = {point_features(random, crf, dimensions)};
      check_against_oracle(crf);
    }
  }
}

TEST("every normalization with every kind of compatibility") {
  Random random(14);
  for (const auto normalization :
       {Normalization::kNone, Normalization::kBefore, Normalization::kAfter, Normalization::kSymmetric}) {
    for (const auto type :
         {CompatibilityType::kPotts, CompatibilityType::kDiagonal, CompatibilityType::kMatrix}) {
      for (const std::size_t labels : {1U, 2U, 3U, 21U}) {
        RandomCase crf = picture(random, {17, 19}, labels);
        for (OwnedTerm& term : crf.terms) {
          term.normalization = normalization;
          term.compatibility = random_compatibility(random, labels, type);
          // Sums that are not normalised are tens of times larger.
          if (normalization == Normalization::kNone) {
            for (float& value : term.compatibility.values) value /= 50;
          }
        }
        check_against_oracle(crf);
      }
    }
  }
}

TEST("several terms of different kinds at once") {
  Random random(15);
  for (const std::size_t labels : {2U, 4U, 9U}) {
    RandomCase crf = picture(random, {21, 18}, labels);
    crf.terms.push_back(bilateral(random, crf, 1, 6, 30));
    crf.terms.push_back(point_features(random, crf, 4));
    crf.terms[0].normalization = Normalization::kAfter;
    crf.terms[0].compatibility = {CompatibilityType::kPotts, {-0.5F}};
    crf.terms[1].compatibility = random_compatibility(random, labels, CompatibilityType::kMatrix);
    crf.terms[2].normalization = Normalization::kBefore;
    crf.terms[3].compatibility = random_compatibility(random, labels, CompatibilityType::kDiagonal);
    check_against_oracle(crf);
  }
}

TEST("kernels with parameters") {
  Random random(16);
  RandomCase crf = picture(random, {16, 15}, 3);
  crf.terms[0].kernel = KernelType::kDiag;
  crf.terms[0].kernel_parameters = {0.5F, 2};
  crf.terms[1].kernel = KernelType::kFull;
  crf.terms[1].kernel_parameters = random.reals(25, -0.5, 0.5);
  check_against_oracle(crf);
}

TEST("channels first is the same field") {
  Random random(17);
  const RandomCase crf = picture(random, {14, 10}, 3);
  std::vector<float> transposed(crf.energy.size()), q(transposed), back(transposed);
  for (std::size_t i = 0; i < q.size(); ++i) transposed[i % 3 * crf.points() + i / 3] = crf.energy[i];
  const auto engine = engine_of(crf);
  CHECK_EQ(engine->inference(2, q, {}, Layout::kChannelsLast, {}), Status::kOk);
  CHECK_EQ(engine->set_unary(transposed, Layout::kChannelsFirst), Status::kOk);
  CHECK_EQ(engine->inference(2, back, {}, Layout::kChannelsFirst, {}), Status::kOk);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < q.size(); ++i) wrong += q[i] != back[i % 3 * crf.points() + i / 3];
  CHECK_EQ(wrong, 0U);
}

TEST("steps by hand, the divergence and the energies") {
  Random random(18);
  for (const std::size_t labels : {2U, 6U}) {
    RandomCase crf = picture(random, {25, 22}, labels);
    crf.terms[0].compatibility = random_compatibility(random, labels, CompatibilityType::kMatrix);
    MeanFieldOracle field = expected_of(crf).field;
    std::vector<std::int32_t> labeling(crf.points());
    for (auto& label : labeling) label = static_cast<std::int32_t>(random.integer(0, labels)) - 1;
    const auto expected_energy = field.pairwise_energy(labeling, 1);
    const auto engine = engine_of(crf);
    std::vector<float> q(crf.energy.size()), energy(crf.points());
    CHECK_EQ(engine->start_inference({}), Status::kOk);
    for (int step = 0; step <= 3; ++step) {
      double divergence = 0;
      CHECK_EQ(engine->kl_divergence(divergence), Status::kOk);
      CHECK_CLOSE(divergence / field.kl_divergence(), 1, 1e-4);
      CHECK_EQ(engine->current(q, {}, Layout::kChannelsLast), Status::kOk);
      CHECK_CLOSE(distance(q, field.probabilities()), 0, kTolerance);
      CHECK_EQ(engine->step_inference({}), Status::kOk);
      field.step();
    }
    CHECK_EQ(engine->pairwise_energy(labeling, 1, energy), Status::kOk);
    CHECK_CLOSE(distance(energy, expected_energy), 0, kTolerance);
    CHECK_EQ(engine->unary_energy(labeling, energy), Status::kOk);
    for (std::size_t p = 0; p < energy.size(); ++p) {
      const auto label = static_cast<std::size_t>(std::max(labeling[p], 0));
      CHECK_CLOSE(energy[p], labeling[p] < 0 ? 0.0F : crf.energy[p * labels + label], 1e-5);
    }
  }
}

}  // namespace densecrf::oracle
