#include "kernels/epilogue.h"
#include "kernels/kernels.h"
#include "simd/vec.h"

namespace densecrf::DENSECRF_ISA {
namespace {

/// out[i] = f(a[i a_step], b[i b_step]); steps are 0 or 1.
template <class F>
[[gnu::always_inline]] inline void map_pairs(const float* a, std::size_t a_step, const float* b,
                                             std::size_t b_step, std::size_t count, float* out,
                                             F f) noexcept {
  const auto at = [](const float* from, std::size_t step, std::size_t i) {
    return step == 0 ? splat<Vec>(*from) : load<Vec>(from + i);
  };
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(out + i, f(at(a, a_step, i), at(b, b_step, i)));
  if (i == count) return;
  Vec left = splat<Vec>(*a), right = splat<Vec>(*b);
  if (a_step != 0) std::memcpy(&left, a + i, (count - i) * sizeof(float));
  if (b_step != 0) std::memcpy(&right, b + i, (count - i) * sizeof(float));
  store_first(out + i, f(left, right), count - i);
}

template <class F>
[[gnu::always_inline]] inline void map(const float* x, std::size_t count, float* out, F f) noexcept {
  map_pairs(x, 1, x, 1, count, out, [=](Vec v, Vec) { return f(v); });
}

[[gnu::always_inline]] inline Vec square_root(Vec v) noexcept {
  for (std::size_t i = 0; i < kLanes; ++i) v[i] = __builtin_sqrtf(v[i]);
  return v;
}

}  // namespace

void binary_row(BinaryOp op, const float* a, std::size_t a_step, const float* b, std::size_t b_step,
                std::size_t count, float* out) noexcept {
  const auto apply = [=](auto f) { map_pairs(a, a_step, b, b_step, count, out, f); };
  switch (op) {
    case BinaryOp::kAdd:
      return apply([](Vec x, Vec y) { return x + y; });
    case BinaryOp::kSubtract:
      return apply([](Vec x, Vec y) { return x - y; });
    case BinaryOp::kMultiply:
      return apply([](Vec x, Vec y) { return x * y; });
    case BinaryOp::kDivide:
      return apply([](Vec x, Vec y) { return x / y; });
    case BinaryOp::kMaximum:
      return apply([](Vec x, Vec y) { return x != x ? x : (x > y ? x : y); });
    case BinaryOp::kMinimum:
      return apply([](Vec x, Vec y) { return x != x ? x : (x < y ? x : y); });
    case BinaryOp::kSquaredDifference:
      return apply([](Vec x, Vec y) { return (x - y) * (x - y); });
    case BinaryOp::kPrelu:
      return apply([](Vec x, Vec y) { return x < 0 ? x * y : x; });
  }
}

void unary_row(UnaryOp op, float parameter, const float* x, std::size_t count, float* out) noexcept {
  const auto apply = [=](auto f) { map(x, count, out, f); };
  const auto activated = [=](Activation activation) {
    EpilogueRow epilogue{};
    epilogue.activation = activation;
    epilogue.slope = parameter;
    apply([=](Vec v) { return activate(epilogue, 0, v); });
  };
  switch (op) {
    case UnaryOp::kRelu:
      return apply([](Vec v) { return v < 0 ? Vec{} : v; });
    case UnaryOp::kRelu6:
      return apply([](Vec v) { return v < 0 ? Vec{} : (v > 6 ? splat<Vec>(6) : v); });
    case UnaryOp::kElu:
      return activated(Activation::kElu);
    case UnaryOp::kSigmoid:
      return activated(Activation::kSigmoid);
    case UnaryOp::kLeakyRelu:
      return apply([=](Vec v) { return v < 0 ? v * parameter : v; });
    case UnaryOp::kStep:
      return apply([=](Vec v) { return v > 0 ? splat<Vec>(1) : (v != v ? v : splat<Vec>(parameter)); });
    case UnaryOp::kSquare:
      return apply([](Vec v) { return v * v; });
    case UnaryOp::kSqrt:
      return apply([](Vec v) { return square_root(v); });
    case UnaryOp::kRsqrt:
      return apply([](Vec v) { return 1 / square_root(v); });
    case UnaryOp::kNegate:
      return apply([](Vec v) { return -v; });
    case UnaryOp::kAbsolute:
      return apply([](Vec v) { return bits<Vec>(bits<Int>(v) & 0x7fffffff); });
  }
}

// out[i] = x[i] scale[i] + offset[i]
void scale_row(const float* x, const float* scale, const float* offset, std::size_t count,
               float* out) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(out + i, load<Vec>(x + i) * load<Vec>(scale + i) + load<Vec>(offset + i));
  }
  for (; i < count; ++i) out[i] = x[i] * scale[i] + offset[i];
}

}  // namespace densecrf::DENSECRF_ISA
