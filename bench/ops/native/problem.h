#pragma once
// One row of the bench: what is asked of every contender, and the arrays that they share.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "contender.h"
#include "request.h"

namespace densecrf::bench {

using Floats = std::vector<float>;

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
