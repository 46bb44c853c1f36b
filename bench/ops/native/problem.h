#pragma once
// One row of the bench: what is asked of every contender, and the arrays that they share.
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "contender.h"
#include "densecrf/pages.h"
#include "request.h"

namespace densecrf::bench {

/// Large arrays lie on large pages, where the system has them.
template <class T>
struct OnLargePages {
  using value_type = T;
  T* allocate(std::size_t count) {
    void* const data = ::operator new(count * sizeof(T), alignment(count));
    prefer_large_pages(data, count * sizeof(T));
    return static_cast<T*>(data);
  }
  void deallocate(T* data, std::size_t count) noexcept { ::operator delete(data, alignment(count)); }
  bool operator==(const OnLargePages&) const = default;

 private:
  static constexpr std::align_val_t alignment(std::size_t count) noexcept {
    constexpr std::size_t kLarge = std::size_t{2} << 20;
    return std::align_val_t{count * sizeof(T) < kLarge ? 64 : kLarge};
  }
};

using Floats = std::vector<float, OnLargePages<float>>;

enum class Kind { kConv, kDepthwise, kSeparable, kResize, kAspp };

struct Problem {
  Kind kind;
  Pass pass;
  std::size_t height, channels, out_channels, kernel, stride, rate;

  explicit Problem(const Request& request);
  [[nodiscard]] std::size_t out_height() const;
  /// SAME padding.
  [[nodiscard]] ConvShape conv(std::size_t channels, std::size_t out, std::size_t size,
                               std::size_t rate) const;
};

/// Channels of each branch and of the result, and the rates of a DeepLab v3 head.
inline constexpr std::size_t kAsppChannels = 256, kAsppBranches = 5;

/// A problem's arrays, with reproducible contents.
struct Arrays {
  Floats input, bias;
  std::vector<Floats> filters;

  explicit Arrays(const Problem& problem);
};

/// A contender with all that it works on but the arrays above.
struct Entry {
  std::string name;
  Floats output;
  std::vector<Floats> middle;  ///< between the layers of a module
  StepPtr step;                ///< null: it cannot do that
};

using EntryPtr = std::unique_ptr<Entry>;

EntryPtr prepare(Peer& peer, const Problem& problem, const Arrays& arrays);
/// Of the module alone.
StepPtr prepare_aspp(Peer& peer, const Problem& problem, const Arrays& arrays, Entry& entry);

}  // namespace densecrf::bench
