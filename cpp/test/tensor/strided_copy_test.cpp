#include "densecrf/strided_copy.h"

#include <numeric>
#include <vector>

#include "check.h"
#include "crf/random_case.h"
#include "densecrf/threads.h"

using namespace densecrf;
using oracle::Random;

namespace {

/// A box of a permuted array goes into the middle of a larger one; everything else stays.
void check_box(Random& random, std::size_t most) {
  StridedCopy copy{};
  std::array<std::size_t, kCopyRank> order{0, 1, 2, 3, 4, 5};
  for (std::size_t i = kCopyRank; i-- > 1;) std::swap(order[i], order[random.integer(0, i)]);
  for (auto& extent : copy.extents) extent = random.integer(1, most);
  std::size_t length = 1, wide = 1;
  for (std::size_t i = kCopyRank; i-- > 0;) {
    copy.input[order[i]] = length;
    length *= copy.extents[order[i]];
    copy.output[i] = wide;
    wide *= copy.extents[i] + 1;
  }
  copy.output_offset = random.integer(0, 3);
  copy.input_offset = random.integer(0, 3);
  std::vector<std::uint32_t> input(length + copy.input_offset), output(wide + copy.output_offset, 0);
  std::iota(input.begin(), input.end(), 1U);
  std::vector<std::uint32_t> expected = output;
  std::array<std::size_t, kCopyRank> at{};
  for (std::size_t i = 0; i < length; ++i) {
    std::size_t from = copy.input_offset, to = copy.output_offset, rest = i;
    for (std::size_t axis = kCopyRank; axis-- > 0;) {
      at[axis] = rest % copy.extents[axis];
      rest /= copy.extents[axis];
      from += at[axis] * copy.input[axis];
      to += at[axis] * copy.output[axis];
    }
    expected[to] = input[from];
  }
  strided_copy(copy, input, output);
  CHECK(output == expected);
}

}  // namespace

TEST("strided_copy moves a box of any strides and touches nothing else") {
  for (const unsigned threads : {1U, 3U}) {
    set_concurrency(threads);
    Random random(threads);
    for (int round = 0; round < 100; ++round) check_box(random, 4);
    for (int round = 0; round < 5; ++round) check_box(random, 9);
  }
}
