#include "base/buffer.h"

#include <cstdint>
#include <numeric>
#include <utility>

#include "check.h"

namespace densecrf {
namespace {

template <class T>
std::uintptr_t misalignment(const Buffer<T>& buffer, std::uintptr_t alignment) {
  return reinterpret_cast<std::uintptr_t>(buffer.data()) % alignment;
}

}  // namespace

TEST("a buffer lies on its own cache lines, a large one on its own huge pages") {
  for (const std::size_t size : {1U, 3U, 1000U, 100003U}) {
    CHECK_EQ(misalignment(Buffer<std::uint8_t>(size), 64), 0);
    CHECK_EQ(misalignment(Buffer<double>(size), 64), 0);
  }
  for (const std::size_t size : {std::size_t{4} << 20, (std::size_t{5} << 20) + 1}) {
    Buffer<std::uint8_t> large(size);
    CHECK_EQ(misalignment(large, std::uintptr_t{2} << 20), 0);
    large[0] = large[size - 1] = 1;  // all of it can be written
  }
}

TEST("a buffer knows what it holds") {
  Buffer<int> buffer;
  CHECK(buffer.empty() && buffer.size() == 0 && buffer.bytes() == 0 && buffer.begin() == buffer.end());
  buffer = Buffer<int>(5);
  std::iota(buffer.begin(), buffer.end(), 1);
  CHECK(!buffer.empty());
  CHECK_EQ(buffer.size(), 5);
  CHECK_EQ(buffer.bytes(), 5 * sizeof(int));
  CHECK_EQ(std::accumulate(buffer.begin(), buffer.end(), 0), 15);
  CHECK_EQ(std::as_const(buffer)[4], 5);
}

TEST("a buffer's memory is reused as long as it is large enough") {
  Buffer<int> buffer(100);
  const int* const memory = buffer.data();
  buffer.reserve_for(7);
  CHECK_EQ(buffer.size(), 7);
  CHECK_EQ(buffer.bytes(), 100 * sizeof(int));
  buffer.reserve_for(100);
  CHECK(buffer.data() == memory);
  buffer.reserve_for(101);
  CHECK_EQ(buffer.size(), 101);
  CHECK_EQ(buffer.bytes(), 101 * sizeof(int));
  buffer[100] = 1;
}

TEST("a moved buffer leaves nothing behind") {
  Buffer<int> from(3);
  from[2] = 42;
  Buffer<int> to(std::move(from));
  CHECK(from.empty() && from.data() == nullptr);  // NOLINT: what a moved-from buffer is, is the point
  CHECK_EQ(to.size(), 3);
  CHECK_EQ(to[2], 42);
  Buffer<int> other(10);
  other = std::move(to);
  CHECK_EQ(other.size(), 3);
  CHECK_EQ(other[2], 42);
}

}  // namespace densecrf
