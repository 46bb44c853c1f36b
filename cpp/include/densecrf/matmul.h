#pragma once
// Products of matrices.
#include <cstddef>
#include <span>

#include "densecrf/layer.h"

namespace densecrf {

/// result[b] = activation(left[b] right[b] + bias): [rows, depth] times [depth, columns]. The caller makes
/// sure that every product of sizes stays below 2^31.
struct MatmulShape {
  std::size_t rows, depth, columns;
  std::size_t batch = 1;
  bool transpose_left = false;   ///< left is stored as [depth, rows]
  bool transpose_right = false;  ///< right is stored as [columns, depth]
  bool one_left = false;         ///< one left matrix for the whole batch
  bool one_right = false;        ///< one right matrix for the whole batch
};

/// The right matrix packed once; run() takes left matrices. `batch` and `one_left` have no meaning, left is
/// not transposed.
[[nodiscard]] PlanResult plan_matmul(const MatmulShape& shape, std::span<const float> right,
                                     const Epilogue& epilogue, const PlanOptions& options) noexcept;

/// @param result [batch, rows, columns]; must not overlap the others
[[nodiscard]] Status matmul(const MatmulShape& shape, std::span<const float> left,
                            std::span<const float> right, const Epilogue& epilogue, std::span<float> result,
                            const RunControl& control) noexcept;

}  // namespace densecrf
