#pragma once
// What an operation of the core says when it returns. No exception leaves the core.
#include <cstdint>

namespace densecrf {

enum class Status : std::uint8_t {
  kOk,
  kCancelled,    ///< RunControl::cancelled was raised; the object is as it was before the call
  kOutOfMemory,  ///< a buffer could not be allocated; the object is as it was before the call
  kTooLarge,     ///< a buffer would pass 2^31 entries
  kOutOfRange,   ///< scaled features pass the range in which float32 lattice coordinates are exact
  kNoUnary,      ///< inference was asked for before a unary was set
  kNotStarted,   ///< step_inference or kl_divergence before start_inference
};

}  // namespace densecrf
