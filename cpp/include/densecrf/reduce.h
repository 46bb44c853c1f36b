#pragma once
// Softmax and argmax over the last axis.
#include <cstddef>
#include <cstdint>
#include <span>

namespace densecrf {

/// Softmax of every row of `length`. As in TensorFlow.js, a row that holds NaN or whose greatest is infinite
/// becomes NaN altogether; what is more than 80 below the greatest is 0.
/// @param input  [rows, length]
/// @param output the same; must not overlap input
void softmax(std::span<const float> input, std::size_t length, std::span<float> output) noexcept;

/// Index of the first greatest in every row of `length`. As in TensorFlow.js, NaN is never greater than
/// anything, and nothing is greater than a NaN that comes first.
/// @param input  [rows, length]
/// @param output [rows]
void argmax(std::span<const float> input, std::size_t length, std::span<std::int32_t> output) noexcept;

}  // namespace densecrf
