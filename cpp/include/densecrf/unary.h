#pragma once
// Unary energies from what people have: probabilities, logits, labels.
#include <cstddef>
#include <span>

namespace densecrf {

/// energy = -log(clip(scale p + (1 - scale) / labels, clip, 1)), element by element.
/// Source: pydensecrf.utils.unary_from_softmax.
void unary_from_softmax(std::span<const float> probabilities, std::size_t labels, float scale, float clip,
                        std::span<float> energy) noexcept;

/// Index of the first value that does not lie in [low, high], as NaN does not, or values.size().
[[nodiscard]] std::size_t first_outside(std::span<const float> values, float low, float high) noexcept;

/// Index of the first NaN or infinity, or values.size().
[[nodiscard]] std::size_t first_not_finite(std::span<const float> values) noexcept;

}  // namespace densecrf
