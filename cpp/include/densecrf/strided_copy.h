#pragma once
// Copies that rearrange: concatenation, slices, padding, transposition, space to batch and back.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace densecrf {

inline constexpr std::size_t kCopyRank = 6;

/// Element i of the box `extents` goes from input[input_offset + i . input] to output[output_offset + i .
/// output].
struct StridedCopy {
  std::array<std::size_t, kCopyRank> extents, input, output;
  std::size_t input_offset = 0, output_offset = 0;
};

/// Words of 32 bits, whatever they mean. The caller makes sure that the box lies within both arrays and that
/// no two elements go to the same place.
void strided_copy(const StridedCopy& copy, std::span<const std::uint32_t> input,
                  std::span<std::uint32_t> output) noexcept;

}  // namespace densecrf
