#pragma once
// A flat array on its own cache lines, left uninitialised: large buffers are written once by the
// threads that use them, not twice.
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "base/large_blocks.h"

namespace densecrf {

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(std::size_t size) : data_(allocate(size)), size_(size), capacity_(size) {}

  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }

  /// At least `size` elements, kept memory reused; what they hold is undefined.
  void reserve_for(std::size_t size) {
    if (size > capacity_) *this = Buffer(size);
    size_ = size;
  }

  [[nodiscard]] T* data() noexcept { return data_.get(); }
  [[nodiscard]] const T* data() const noexcept { return data_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return capacity_ * sizeof(T); }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  T& operator[](std::size_t i) noexcept { return data_.get()[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_.get()[i]; }
  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size_; }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }

 private:
  static constexpr std::align_val_t kCacheLine{64};

  struct Free {
    std::size_t bytes = 0;
    void operator()(T* pointer) const noexcept {
      if (bytes >= kLargeBlock)
        give_block(pointer, bytes);
      else
        ::operator delete(pointer, kCacheLine);
    }
  };
  using Pointer = std::unique_ptr<T, Free>;

  static Pointer allocate(std::size_t size) {
    std::size_t bytes = size * sizeof(T);
    void* data = bytes >= kLargeBlock ? take_block(bytes) : ::operator new(bytes, kCacheLine);
    return Pointer(static_cast<T*>(data), Free{bytes});
  }
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  Pointer data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace densecrf
