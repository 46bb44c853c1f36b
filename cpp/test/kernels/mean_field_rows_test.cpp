#include "kernels/mean_field_case.h"

namespace densecrf::oracle {
namespace {

/// What the kernel must write: Q with zeros beside it, and the sums that Q was added to.
struct Result {
  std::vector<Expected> probabilities, sums;

  Result(const MeanFieldCase& of, bool slice)
      : probabilities(of.table.points * of.width), sums(of.sums.size()) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(static_cast<double>(of.sums[i]));
    for (std::size_t p = 0; p < of.table.points; ++p) {
      const auto q = softmax(of.logits(p, slice));
      std::copy(q.begin(), q.end(), &probabilities[p * of.width]);
      for (std::size_t j = p * of.table.rows; j < (p + 1) * of.table.rows; ++j) {
        const auto weight = static_cast<double>(of.table.splat[j]);
        for (std::size_t l = 0; l < of.labels; ++l) {
          sums[of.table.slots[j] * of.width + l].add(weight * q[l].value, weight * q[l].bound());
        }
      }
    }
  }
};

void check_case(const MeanFieldCase& of, bool slice) {
  const Result expected(of, slice);
  on_every_isa([&](const Kernels& use, const std::string& isa) {
    const std::string which = isa + describe({of.labels, of.table.rows, of.table.points});
    std::vector<float> sums = of.sums, q(expected.probabilities.size(), 7.0F), scratch(of.width), none;
    use.mean_field_rows(of.tile(slice, sums, q, scratch));
    check_near(which + " Q", q, expected.probabilities);
    check_near(which + " sums", sums, expected.sums);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (i % of.width >= of.labels) CHECK_EQ(sums[i], of.sums[i]);
    }
    // Either alone is the same to the bit.
    std::vector<float> sums_alone = of.sums, q_alone(q.size());
    use.mean_field_rows(of.tile(slice, sums_alone, none, scratch));
    use.mean_field_rows(of.tile(slice, none, q_alone, scratch));
    CHECK(sums_alone == sums);
    CHECK(q_alone == q);
  });
}

/// Rows of labels whose softmax leaves the range of exponentials, first and last label among the greatest.
std::vector<float> extreme_row(Random& random, std::size_t labels, std::size_t kind) {
  constexpr float kLevels[] = {0, -200, 200, -1e4F, 1e4F, 80, -80, 70};
  std::vector<float> row(labels, kLevels[kind % 8]);
  if (kind < 8) return row;  // all equal
  for (float& x : row)
    x = kind < 16 ? kLevels[random.integer(0, 7)]
                  : kLevels[kind % 8] - static_cast<float>(random.integer(0, 9));
  if (kind % 3 == 0) row.front() = 1e4F;
  if (kind % 3 == 1) row.back() = -1e4F;
  return row;
}

}  // namespace

TEST("mean_field_rows is the softmax of the sliced logits, splatted: any labels, rows and points") {
  Random random(41);
  for (const std::size_t labels : label_counts()) {
    for (const std::size_t rows : kRows) {
      for (const std::size_t points : kCounts) {
        if (points == 1000 && labels > 40) continue;  // slow under sanitizers and tells nothing new
        const MeanFieldCase of(random, RandomTable(random, rows, points), labels, padded(labels));
        check_case(of, true);
        if (points < 20) check_case(of, false);
      }
    }
  }
}

TEST("mean_field_rows subtracts the greatest logit where exponentials would overflow or vanish") {
  Random random(42);
  constexpr std::size_t kKinds = 24;
  for (const std::size_t labels : label_counts()) {
    MeanFieldCase of(random, RandomTable(random, 6, 5 * kKinds), labels, padded(labels));
    for (std::size_t p = 0; p < of.table.points; ++p) {
      const auto row = extreme_row(random, labels, p % kKinds);
      std::copy(row.begin(), row.end(), &of.unary[p * labels]);
    }
    check_case(of, false);
    check_case(of, true);
  }
}

// A point's greatest unary is 0, but messages may push all its logits down or up together.
TEST("mean_field_rows keeps small probabilities wherever the greatest logit lies") {
  Random random(43);
  for (const std::size_t labels : {2U, 21U, 40U}) {
    MeanFieldCase of(random, RandomTable(random, 3, 176), labels, padded(labels));
    for (std::size_t p = 0; p < of.table.points; ++p) {
      for (std::size_t l = 0; l < labels; ++l) {
        of.unary[p * labels + l] =
            static_cast<float>(p) - 88 - (l == 0 ? 0 : static_cast<float>(random.real(1, 15)));
      }
    }
    check_case(of, false);
  }
}

}  // namespace densecrf::oracle
