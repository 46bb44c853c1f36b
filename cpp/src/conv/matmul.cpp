#include "densecrf/matmul.h"

#include <algorithm>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "base/buffer.h"
#include "base/parallel_steps.h"
#include "base/worth.h"
#include "conv/direct.h"
#include "densecrf/elementwise.h"
#include "kernels/kernels.h"

namespace densecrf {
namespace {

constexpr std::size_t kSmall = std::size_t{1} << 14;         // products in a matrix
constexpr std::size_t kTaskProducts = std::size_t{1} << 18;  // that one task makes of them

/// A 1x1 convolution of a picture that is one row high.
PlanResult make_matmul(const MatmulShape& shape, const float* right, const Epilogue& epilogue,
                       const PlanOptions& options) {
  DirectClass all;
  all.rows = {{0, 0}};
  all.taps = {{0, 0}};
  for (std::size_t i = 0; i < shape.rows; ++i) {
    all.columns.push_back({static_cast<std::int32_t>(i * shape.depth), static_cast<std::int32_t>(i)});
  }
  const std::span<const float> weights(right, shape.depth * shape.columns);
  return make_direct({shape.depth, {std::move(all)}},
                     shape.transpose_right ? view_transposed(weights, 1, shape.depth, shape.columns)
                                           : view_filter(weights, 1, shape.depth, shape.columns),
                     epilogue, limit_of(options, weights.size(), shape.rows * (shape.depth + shape.columns)));
}

void transpose(const float* from, std::size_t rows, std::size_t columns, float* to) noexcept {
  constexpr std::size_t kBlock = 16;  // whole cache lines of both
  const std::size_t blocks = (rows + kBlock - 1) / kBlock;
  parallel_for(blocks, workers_for(blocks, rows * columns), [&](std::size_t block, unsigned) noexcept {
    const std::size_t first = block * kBlock, last = std::min(first + kBlock, rows);
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t i = first; i < last; ++i) to[j * rows + i] = from[i * columns + j];
    }
  });
}

std::vector<std::int32_t> row_offsets(const MatmulShape& shape) {
  std::vector<std::int32_t> offsets(shape.depth);
  for (std::size_t k = 0; k < shape.depth; ++k) offsets[k] = static_cast<std::int32_t>(k * shape.columns);
  return offsets;
}

std::optional<UnaryOp> unary_of(Activation activation) noexcept {
  switch (activation) {
    case Activation::kRelu:
      return UnaryOp::kRelu;
    case Activation::kRelu6:
      return UnaryOp::kRelu6;
    case Activation::kElu:
      return UnaryOp::kElu;
    case Activation::kSigmoid:
      return UnaryOp::kSigmoid;
    case Activation::kLeakyRelu:
      return UnaryOp::kLeakyRelu;
    default:
      return std::nullopt;
  }
}

/// activation(x + bias) of some columns, from `first` on.
void finish(const Epilogue& epilogue, std::size_t first, std::size_t columns, float* x) noexcept {
  const Kernels& run = kernels();
  const auto with = [&](BinaryOp op, std::span<const float> vector) {
    run.binary_row(op, x, 1, vector.data() + first, 1, columns, x);
  };
  if (!epilogue.bias.empty()) with(BinaryOp::kAdd, epilogue.bias);
  if (epilogue.activation == Activation::kPrelu) with(BinaryOp::kPrelu, epilogue.slopes);
  const std::optional<UnaryOp> op = unary_of(epilogue.activation);
  if (op) run.unary_row(*op, epilogue.slope, x, columns, x);
}

/// Few rows on the left: packing would cost more than the product. Each row of the result is a weighted sum
/// of the right matrix's rows.
Status multiply_few(const MatmulShape& shape, const float* left, const float* right, const Epilogue& epilogue,
                    float* result, const RunControl& control) {
  constexpr std::size_t kBlock = 256;
  const std::size_t blocks = (shape.columns + kBlock - 1) / kBlock;
  const std::vector<std::int32_t> offsets = row_offsets(shape);
  const auto sum_rows = kernels().sum_rows;
  const unsigned workers = workers_for(blocks, shape.rows * shape.depth * shape.columns / 8);
  return parallel_steps(blocks, workers, control, [&](std::size_t block, unsigned) noexcept {
    const std::size_t first = block * kBlock, columns = std::min(kBlock, shape.columns - first);
    for (std::size_t i = 0; i < shape.rows; ++i) {
      float* const row = result + i * shape.columns + first;
      sum_rows(right + first, offsets.data(), left + i * shape.depth, shape.depth, columns, row);
      finish(epilogue, first, columns, row);
    }
  });
}

/// `from`, or where it is stored the other way round, its transpose in `turned`.
const float* upright(const float* from, bool transposed, std::size_t rows, std::size_t columns,
                     float* turned) noexcept {
  if (!transposed) return from;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) turned[i * columns + j] = from[j * rows + i];
  }
  return turned;
}

/// Many small products, for each of which a plan would cost more than the product: a task takes some whole.
Status multiply_small(const MatmulShape& shape, const float* left, const float* right, float* result,
                      const RunControl& control) {
  const std::size_t left_size = shape.rows * shape.depth, right_size = shape.depth * shape.columns;
  const std::size_t each = shape.rows * right_size;
  const std::size_t in_task = kTaskProducts / std::max<std::size_t>(each, 1),
                    tasks = (shape.batch + in_task - 1) / in_task;
  const unsigned workers = workers_for(tasks, shape.batch * each / 8);
  const std::vector<std::int32_t> offsets = row_offsets(shape);
  Buffer<float> turned(workers * (left_size + right_size));
  const auto sum_rows = kernels().sum_rows;
  return parallel_steps(tasks, workers, control, [&](std::size_t task, unsigned worker) noexcept {
    float* const scratch = turned.data() + worker * (left_size + right_size);
    for (std::size_t b = task * in_task; b < std::min((task + 1) * in_task, shape.batch); ++b) {
      const float* const l = upright(left + (shape.one_left ? 0 : b * left_size), shape.transpose_left,
                                     shape.rows, shape.depth, scratch);
      const float* const r = upright(right + (shape.one_right ? 0 : b * right_size), shape.transpose_right,
                                     shape.depth, shape.columns, scratch + left_size);
      float* const out = result + b * shape.rows * shape.columns;
      for (std::size_t i = 0; i < shape.rows; ++i) {
        sum_rows(r, offsets.data(), l + i * shape.depth, shape.depth, shape.columns, out + i * shape.columns);
      }
    }
  });
}

}  // namespace

PlanResult plan_matmul(const MatmulShape& shape, std::span<const float> right, const Epilogue& epilogue,
                       const PlanOptions& options) noexcept try {
  return make_matmul(shape, right.data(), epilogue, options);
} catch (const std::bad_alloc&) {
  return {Status::kOutOfMemory, nullptr};
}

Status matmul(const MatmulShape& shape, std::span<const float> left, std::span<const float> right,
              const Epilogue& epilogue, std::span<float> result, const RunControl& control) noexcept try {
  constexpr std::size_t kFewRows = 3;
  const bool plain = epilogue.bias.empty() && epilogue.activation == Activation::kNone;
  const bool few = shape.rows <= kFewRows && !shape.transpose_right;
  const std::size_t left_size = shape.rows * shape.depth, right_size = shape.depth * shape.columns;
  if (plain && shape.batch > 1 && shape.rows * right_size <= kSmall) {
    return multiply_small(shape, left.data(), right.data(), result.data(), control);
  }
  Buffer<float> turned(shape.transpose_left ? left_size : 0);
  PlanResult made;
  for (std::size_t b = 0; b < shape.batch; ++b) {
    const float* rows = left.data() + (shape.one_left ? 0 : b * left_size);
    const float* const weights = right.data() + (shape.one_right ? 0 : b * right_size);
    float* const out = result.data() + b * shape.rows * shape.columns;
    if (shape.transpose_left) {
      transpose(rows, shape.depth, shape.rows, turned.data());
      rows = turned.data();
    }
    if (!few && (made.plan == nullptr || !shape.one_right)) made = make_matmul(shape, weights, epilogue, {});
    if (made.status != Status::kOk) return made.status;
    const Status status = few ? multiply_few(shape, rows, weights, epilogue, out, control)
                              : made.plan->run(rows, out, shape.columns, control);
    if (status != Status::kOk) return status;
  }
  return Status::kOk;
} catch (const std::bad_alloc&) {
  return Status::kOutOfMemory;
}

}  // namespace densecrf
