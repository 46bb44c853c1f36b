#include "densecrf/elementwise.h"

#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/threads.h"

using namespace densecrf;
using oracle::Random;

namespace {

/// a + b over a random box, either of the two broadcast along random axes.
void check_box(Random& random, const std::array<std::size_t, 4>& extents, bool vector_last) {
  Broadcast over{extents, {}, {}};
  const auto lay = [&](std::array<std::size_t, 4>& strides, std::size_t kept) {
    std::size_t stride = 1;
    for (std::size_t axis = 4; axis-- > 0;) {
      strides[axis] = (kept >> axis & 1) != 0 ? stride : 0;
      if (strides[axis] != 0) stride *= extents[axis];
    }
    return stride;
  };
  const std::size_t a_length = lay(over.a, vector_last ? 15 : random.integer(0, 15));
  const std::size_t b_length = lay(over.b, vector_last ? 8 : random.integer(0, 15));
  const std::vector<float> a = random.reals(a_length, -1, 1), b = random.reals(b_length, -1, 1);
  std::vector<float> out(extents[0] * extents[1] * extents[2] * extents[3]);
  binary(BinaryOp::kAdd, over, a, b, out);
  std::size_t at = 0;
  for (std::size_t i = 0; i < extents[0]; ++i) {
    for (std::size_t j = 0; j < extents[1]; ++j) {
      for (std::size_t k = 0; k < extents[2]; ++k) {
        for (std::size_t l = 0; l < extents[3]; ++l, ++at) {
          const auto find = [&](const std::vector<float>& of, const std::array<std::size_t, 4>& s) {
            return of[i * s[0] + j * s[1] + k * s[2] + l * s[3]];
          };
          CHECK_EQ(out[at], find(a, over.a) + find(b, over.b));
        }
      }
    }
  }
}

}  // namespace

TEST("binary finds both elements of every broadcast, with one thread and with several") {
  for (const unsigned threads : {1U, 3U}) {
    set_concurrency(threads);
    Random random(threads);
    for (int round = 0; round < 60; ++round) {
      check_box(random,
                {random.integer(1, 3), random.integer(1, 4), random.integer(1, 9), random.integer(1, 70)},
                false);
      check_box(random, {1, 1, random.integer(1, 200), random.integer(1, 300)}, true);
    }
    check_box(random, {1, 1, 1, 40000}, false);
    check_box(random, {1, 1, 9000, 21}, true);
  }
}

TEST("unary and scale_channels reach every element") {
  Random random(5);
  for (const std::size_t channels : {1, 3, 21, 255, 256, 300}) {
    const std::size_t pixels = 20000 / channels + 3;
    const auto x = random.reals(pixels * channels, -1, 1), scale = random.reals(channels, -1, 1),
               offset = random.reals(channels, -1, 1);
    std::vector<float> scaled(x.size()), negative(x.size());
    scale_channels(x, scale, offset, scaled);
    unary(UnaryOp::kNegate, 0, x, negative);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t c = i % channels;
      CHECK_CLOSE(scaled[i],
                  static_cast<double>(x[i]) * static_cast<double>(scale[c]) + static_cast<double>(offset[c]),
                  1e-6);
      CHECK_EQ(negative[i], -x[i]);
    }
  }
}
