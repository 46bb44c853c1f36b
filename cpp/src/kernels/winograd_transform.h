#pragma once
// One-dimensional transforms of vectors: small matrices known to the compiler, which leaves out zeros and
// ones.
#include "kernels/winograd.h"
#include "simd/unroll.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {  // kernels leave no weak symbols behind

enum class Matrix { kInput, kOutput };

template <winograd::Form F, Matrix M>
struct TransformOf {
  static constexpr const winograd::Scheme& kScheme = winograd::scheme(F);
  static constexpr std::size_t kIn = M == Matrix::kInput ? kScheme.inputs : kScheme.products;
  static constexpr std::size_t kOut = M == Matrix::kInput ? kScheme.products : kScheme.outputs;

  static constexpr float at(std::size_t row, std::size_t column) noexcept {
    return static_cast<float>(M == Matrix::kInput ? kScheme.input[row][column] : kScheme.output[row][column]);
  }
  static constexpr std::size_t first_of(std::size_t row) noexcept {
    std::size_t column = 0;
    while (at(row, column) == 0) ++column;
    return column;
  }

  /// The combination of x that row `Row` gives.
  template <std::size_t Row>
  [[gnu::always_inline]] static Vec combine(const Vec (&x)[kIn]) noexcept {
    constexpr std::size_t kFirst = first_of(Row);
    Vec sum = at(Row, kFirst) == 1 ? x[kFirst] : x[kFirst] * at(Row, kFirst);
    [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      ((I > kFirst && at(Row, I) != 0 ? void(sum += x[I] * at(Row, I)) : void()), ...);
    }(std::make_index_sequence<kIn>());
    return sum;
  }

  /// to[r][c] = sum over i of matrix[r][i] from[i][c], for c below `count`, a multiple of kLanes.
  static void apply(const float* const* from, float* const* to, std::size_t count) noexcept {
    for (std::size_t c = 0; c < count; c += kLanes) {
      Vec x[kIn];
      unroll<kIn>([&](std::size_t i) __attribute__((always_inline)) {
        x[i] = load<Vec>(from[i] + c);
        keep(x[i]);
      });
      [&]<std::size_t... R>(std::index_sequence<R...>) __attribute__((always_inline)) {
        (store(to[R] + c, combine<R>(x)), ...);
      }(std::make_index_sequence<kOut>());
    }
  }
};

using Transform = void (*)(const float* const* from, float* const* to, std::size_t count) noexcept;

/// TransformOf<form, M>::apply
template <Matrix M>
Transform transform(winograd::Form form) noexcept {
  static constexpr auto kAll = []<std::size_t... F>(std::index_sequence<F...>) {
    struct Table {
      Transform of[winograd::kForms];
    };
    return Table{{TransformOf<static_cast<winograd::Form>(F), M>::apply...}};
  }(std::make_index_sequence<winograd::kForms>());
  return kAll.of[static_cast<std::size_t>(form)];
}

}  // namespace
}  // namespace densecrf::DENSECRF_ISA
