#pragma once
#include <cstddef>

namespace densecrf {

/// A channels-last batch.
struct ImageShape {
  std::size_t batch, height, width, channels;
};

}  // namespace densecrf
