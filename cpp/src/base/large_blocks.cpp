#include "base/large_blocks.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <new>

#include "densecrf/pages.h"

namespace densecrf {
namespace {

constexpr std::align_val_t kLargePage{std::size_t{2} << 20};

struct Block {
  void* data;
  std::size_t bytes;
};

/// The oldest first.
class Kept {
 public:
  /// Never destroyed: threads of the pool may outlive static destructors.
  static Kept& instance() {
    static Kept& kept = *new Kept;
    return kept;
  }

  /// The smallest block that fits, or none; then blocks go, the oldest first, until there is room for a new
  /// one.
  Block take(std::size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    std::size_t best = count_;
    for (std::size_t i = 0; i < count_; ++i) {
      const bool fits = blocks_[i].bytes >= bytes && blocks_[i].bytes - bytes <= bytes / 8;
      if (fits && (best == count_ || blocks_[i].bytes < blocks_[best].bytes)) best = i;
    }
    if (best < count_) return remove(best);
    for (std::size_t gone = 0; gone < bytes && count_ > 0;) gone += release_oldest();
    return {nullptr, bytes};
  }
  void give(Block block) noexcept {
    const std::lock_guard lock(mutex_);
    while (count_ > 0 && (count_ == kMost || bytes_ + block.bytes > kKeptBytes)) release_oldest();
    blocks_[count_++] = block;
    bytes_ += block.bytes;
  }
  std::size_t bytes() noexcept {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  static constexpr std::size_t kMost = 32;

  Block remove(std::size_t at) noexcept {
    const Block block = blocks_[at];
    std::copy(blocks_.begin() + at + 1, blocks_.begin() + count_--, blocks_.begin() + at);
    bytes_ -= block.bytes;
    return block;
  }
  std::size_t release_oldest() noexcept {
    const Block block = remove(0);
    ::operator delete(block.data, kLargePage);
    return block.bytes;
  }

  std::mutex mutex_;
  std::array<Block, kMost> blocks_{};
  std::size_t count_ = 0, bytes_ = 0;
};

}  // namespace

void* take_block(std::size_t& bytes) {
  const Block kept = Kept::instance().take(bytes);
  bytes = kept.bytes;
  if (kept.data != nullptr) return kept.data;
  void* fresh = ::operator new(bytes, kLargePage);
  prefer_large_pages(fresh, bytes);
  return fresh;
}

void give_block(void* block, std::size_t bytes) noexcept {
  if (bytes > kKeptBytes)
    ::operator delete(block, kLargePage);
  else
    Kept::instance().give({block, bytes});
}

std::size_t kept_bytes() noexcept { return Kept::instance().bytes(); }

}  // namespace densecrf
