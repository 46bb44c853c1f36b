#include "base/in_order.h"

#include <thread>

#include "base/thread_pool.h"
#include "check.h"

namespace densecrf {

TEST("steps run once each and in their order, whatever the order in which they become ready") {
  for (const unsigned workers : {1U, 2U, 5U}) {
    std::vector<std::size_t> ran;
    InOrder steps(500, [&](std::size_t index) { ran.push_back(index); });
    parallel_for(500, workers, [&](std::size_t index, unsigned) { steps.ready(499 - index); });
    steps.finish();
    CHECK_EQ(ran.size(), 500);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < ran.size(); ++i) wrong += ran[i] != i;
    CHECK_EQ(wrong, 0);
  }
}

TEST("a step waits for those before it") {
  std::vector<std::size_t> ran;
  InOrder steps(3, [&](std::size_t index) { ran.push_back(index); });
  steps.ready(1);
  CHECK_EQ(ran.size(), 0);
  steps.ready(0);
  CHECK_EQ(ran.size(), 2);
  steps.ready(2);
  CHECK_EQ(ran.size(), 3);
}

}  // namespace densecrf
