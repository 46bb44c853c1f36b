#pragma once
#include <memory>

#include "contender.h"

namespace densecrf::bench {

/// densecrf through its public headers.
std::unique_ptr<Peer> make_ours();

}  // namespace densecrf::bench
