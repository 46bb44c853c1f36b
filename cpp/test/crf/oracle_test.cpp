// The oracles against results by hand and against each other.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "check.h"
#include "crf/dense_oracle.h"
#include "crf/mean_field_oracle.h"
#include "crf/random_case.h"
#include "lattice/lattice_oracle.h"

namespace densecrf::oracle {
namespace {

Filter dense(const FeatureTable& features) {
  return [exact = DenseOracle(features)](const std::vector<double>& in, std::size_t channels) {
    return exact.filter(in, channels);
  };
}

Filter lattice(const FeatureTable& features) {
  return [plain = LatticeOracle(features)](const std::vector<double>& in, std::size_t channels) {
    return plain.filter(in, channels);
  };
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

TEST("the exact filter sums Gaussians, the point itself included") {
  const DenseOracle filter(FeatureTable{3, 1, {0.0F, 1.0F, 3.0F}});
  const auto out = filter.filter({1, 10, 2, 20, 4, 40}, 2);
  const double near = std::exp(-0.5), middle = std::exp(-2.0), far = std::exp(-4.5);
  CHECK_CLOSE(out[0], 1 + 2 * near + 4 * far, 1e-12);
  CHECK_CLOSE(out[2], near + 2 + 4 * middle, 1e-12);
  CHECK_CLOSE(out[5], 10 * far + 20 * middle + 40, 1e-12);
}

TEST("the lattice of a regular grid has the classic number of vertices") {
  const std::vector<std::size_t> extents{375, 500};
  OwnedTerm term;
  term.position_sigmas = {3.0F, 3.0F};
  CHECK_EQ(LatticeOracle(feature_table(extents, term.view())).vertices(), 24540U);
}

TEST("points that fill up the last four add the origin's simplex") {
  const std::vector<float> far(5, 100.0F);
  CHECK_EQ(LatticeOracle(FeatureTable{4, 1, {100, 100, 100, 100}}).vertices(), 2U);
  CHECK_EQ(LatticeOracle(FeatureTable{5, 1, far}).vertices(), 4U);
}

TEST("the transposed lattice filter is the adjoint") {
  Random random(1);
  for (const std::size_t dimensions : {1U, 2U, 5U, 9U}) {
    FeatureTable features{50, dimensions, random.reals(50 * dimensions, -2, 2)};
    const LatticeOracle filter(features);
    const auto x = random.reals(150, -1, 1), y = random.reals(150, -1, 1);
    const std::vector<double> a(x.begin(), x.end()), b(y.begin(), y.end());
    CHECK_CLOSE(dot(a, filter.filter(b, 3)), dot(filter.filter(a, 3, true), b), 1e-9);
  }
}

TEST("the lattice comes close to the exact sums on a dense grid") {
  const std::vector<std::size_t> extents{40, 40};
  OwnedTerm term;
  term.position_sigmas = {3.0F, 3.0F};
  const auto features = feature_table(extents, term.view());
  const std::vector<double> ones(1600, 1.0);
  const auto s = LatticeOracle(features).filter(ones, 1), exact = DenseOracle(features).filter(ones, 1);
  const std::size_t middle = 20 * 40 + 20;
  CHECK_CLOSE(s[middle] / exact[middle], 0.88, 0.02);  // known for two dimensions
}

TEST("without terms the mean field is softmax(-energy)") {
  const std::vector<float> energy{0, 1, 2, 5, 5, 5};
  MeanFieldOracle field(energy, 3);
  field.run(3);
  const double sum = 1 + std::exp(-1.0) + std::exp(-2.0);
  CHECK_CLOSE(field.probabilities()[0], 1 / sum, 1e-12);
  CHECK_CLOSE(field.probabilities()[2], std::exp(-2.0) / sum, 1e-12);
  CHECK_CLOSE(field.probabilities()[4], 1.0 / 3, 1e-12);
}

TEST("one step at two points agrees with paper and pencil under every normalization") {
  const std::vector<float> energy{0, 1, 2, 0};
  const FeatureTable features{2, 1, {0.0F, 1.0F}};
  const double k = std::exp(-0.5), w = 2;
  const double a = 1 / (1 + std::exp(-1.0)), b = 1 / (1 + std::exp(2.0));  // Q(label 0) of the points
  // The sums of ones are the same at both points, so that n is one number and only its power differs.
  const double s = 1 + k;
  for (const auto normalization :
       {Normalization::kNone, Normalization::kBefore, Normalization::kAfter, Normalization::kSymmetric}) {
    MeanFieldOracle field(energy, 2);
    field.add(dense(features), normalization, {CompatibilityType::kPotts, {static_cast<float>(w)}});
    field.run(1);
    const double n = normalization == Normalization::kNone ? 1 : 1 / s;
    const double gain0 = w * n * (a + k * b), gain1 = w * n * (1 - a + k * (1 - b));
    CHECK_CLOSE(field.probabilities()[0], 1 / (1 + std::exp(-1 + gain1 - gain0)), 1e-12);
  }
}

TEST("a matrix is made symmetric, and a diagonal has no sign flip") {
  const std::vector<double> matrix{1, 3, 3, 5}, diagonal{-2, 0, 0, -4}, potts{-2, 0, 0, -2};
  CHECK(penalties({CompatibilityType::kMatrix, {1, 2, 4, 5}}, 2) == matrix);
  CHECK(penalties({CompatibilityType::kDiagonal, {-2, -4}}, 2) == diagonal);
  CHECK(penalties({CompatibilityType::kPotts, {2}}, 2) == potts);
}

TEST("the lattice's mean field stays near the exact one") {
  Random random(2);
  RandomCase crf = random_grid(random, {24, 32}, 3);
  crf.terms = {gaussian(crf, 3), bilateral(random, crf, 3, 20, 30)};
  MeanFieldOracle exact(crf.energy, 3), approximate(crf.energy, 3);
  for (const OwnedTerm& term : crf.terms) {
    const auto features = feature_table(crf.extents, term.view());
    exact.add(dense(features), term.normalization, term.compatibility);
    approximate.add(lattice(features), term.normalization, term.compatibility);
  }
  exact.run(5);
  approximate.run(5);
  double sum = 0;
  const auto &p = exact.probabilities(), &q = approximate.probabilities();
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::abs(p[i] - q[i]);
  CHECK(sum / static_cast<double>(p.size()) < 0.02);
}

}  // namespace densecrf::oracle
