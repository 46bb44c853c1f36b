#pragma once
// Functions of one or two numbers, element by element. NaN in, NaN out, as in TensorFlow.js.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace densecrf {

/// kPrelu: a where it is not below 0, else a b.
enum class BinaryOp : std::uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kMaximum,
  kMinimum,
  kSquaredDifference,
  kPrelu
};

/// kLeakyRelu: x where it is not below 0, else x parameter. kStep: 1 above 0, else parameter.
enum class UnaryOp : std::uint8_t {
  kRelu,
  kRelu6,
  kElu,
  kSigmoid,
  kLeakyRelu,
  kStep,
  kSquare,
  kSqrt,
  kRsqrt,
  kNegate,
  kAbsolute
};

inline constexpr std::size_t kBroadcastRank = 4;

/// How two tensors become one of shape `extents`, dense: element (i, j, k, l) is made of
/// a[i a[0] + j a[1] + k a[2] + l a[3]] and of b likewise. The last strides are 0 or 1.
struct Broadcast {
  std::array<std::size_t, kBroadcastRank> extents, a, b;
};

/// @param out the product of extents; must not overlap a or b
void binary(BinaryOp op, const Broadcast& over, std::span<const float> a, std::span<const float> b,
            std::span<float> out) noexcept;

/// @param out as long as x
void unary(UnaryOp op, float parameter, std::span<const float> x, std::span<float> out) noexcept;

/// out = x scale + offset, one number of each per channel; scale and offset are as long as each other.
/// @param x   [pixels, channels]
/// @param out the same
void scale_channels(std::span<const float> x, std::span<const float> scale, std::span<const float> offset,
                    std::span<float> out) noexcept;

}  // namespace densecrf
