#include "base/large_blocks.h"

#include <cstring>
#include <utility>
#include <vector>

#include "check.h"

namespace densecrf {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

class Taken {
 public:
  explicit Taken(std::size_t bytes) : bytes_(bytes), data_(take_block(bytes_)) {
    std::memset(data_, 1, bytes_);  // all of it can be written
  }
  Taken(Taken&& other) noexcept : bytes_(other.bytes_), data_(std::exchange(other.data_, nullptr)) {}
  ~Taken() {
    if (data_ != nullptr) give_block(data_, bytes_);
  }
  [[nodiscard]] const void* data() const { return data_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* data_;
};

/// Keeps blocks of these sizes, given back in this order, and nothing else.
void keep(const std::vector<std::size_t>& sizes) {
  {
    const Taken all(2 * kKeptBytes);
  }  // sends everything back, and is not kept itself
  CHECK_EQ(kept_bytes(), 0);
  std::vector<Taken> blocks;
  for (const std::size_t size : sizes) blocks.emplace_back(size);
  for (Taken& block : blocks) const Taken gone = std::move(block);
}

}  // namespace

TEST("a block that is given back serves the next one of its size, and one up to an eighth smaller") {
  keep({9 * kMiB});
  CHECK_EQ(kept_bytes(), 9 * kMiB);
  const void* place = nullptr;
  {
    const Taken same(9 * kMiB);
    place = same.data();
    CHECK_EQ(kept_bytes(), 0);
  }
  const Taken smaller(8 * kMiB);
  CHECK(smaller.data() == place);
  CHECK_EQ(smaller.bytes(), 9 * kMiB);
  CHECK_EQ(kept_bytes(), 0);
}

TEST("the smallest block that fits is taken") {
  keep({17 * kMiB, 16 * kMiB});
  const Taken first(16 * kMiB);
  CHECK_EQ(first.bytes(), 16 * kMiB);
  const Taken second(16 * kMiB);
  CHECK_EQ(second.bytes(), 17 * kMiB);
}

TEST("one that is a byte too small, or more than an eighth too large, is left") {
  keep({8 * kMiB, 10 * kMiB});
  const Taken block(8 * kMiB + 1);
  CHECK_EQ(block.bytes(), 8 * kMiB + 1);
}

TEST("a block that has to be made sends back as much of what is kept, the oldest first") {
  keep({4 * kMiB, 20 * kMiB, 5 * kMiB});
  const Taken fresh(15 * kMiB);
  CHECK_EQ(kept_bytes(), 5 * kMiB);
  const Taken kept(5 * kMiB);
  CHECK_EQ(kept_bytes(), 0);
}

TEST("no more is kept than the limit, and no block larger than that") {
  keep({2 * kKeptBytes});
  CHECK_EQ(kept_bytes(), 0);
  keep({kKeptBytes / 2, kKeptBytes / 2, kKeptBytes / 4});
  CHECK_EQ(kept_bytes(), kKeptBytes / 4 * 3);
  keep(std::vector<std::size_t>(40, kMiB));
  CHECK(kept_bytes() <= 40 * kMiB);
}

}  // namespace densecrf
