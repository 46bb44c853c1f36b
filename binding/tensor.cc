// Elementwise functions and copies that rearrange.
#include <array>
#include <cstdint>
#include <span>

#include "arguments.h"
#include "densecrf/elementwise.h"
#include "densecrf/strided_copy.h"
#include "exports.h"

namespace densecrf::binding {
namespace {

void require(Napi::Env env, bool holds) {
  if (!holds) throw status_error(env, "invalid-argument");
}

template <std::size_t N>
std::array<std::size_t, N> to_sizes(Napi::Env env, std::span<const std::int32_t> values, std::size_t first) {
  std::array<std::size_t, N> sizes;
  for (std::size_t i = 0; i < N; ++i) {
    require(env, values[first + i] >= 0);
    sizes[i] = static_cast<std::size_t>(values[first + i]);
  }
  return sizes;
}

/// The values of an array that a box of these strides spans; 0 for an empty box.
template <std::size_t N>
std::size_t span_of(const std::array<std::size_t, N>& extents, const std::array<std::size_t, N>& strides) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < N; ++i) {
    if (extents[i] == 0) return 0;
    last += (extents[i] - 1) * strides[i];
  }
  return last + 1;
}

template <std::size_t N>
std::size_t product_of(const std::array<std::size_t, N>& extents) {
  std::size_t product = 1;
  for (const std::size_t extent : extents) product *= extent;
  return product;
}

BinaryOp to_binary_op(const Napi::Value& name) {
  return choose<BinaryOp>(name, {{"add", BinaryOp::kAdd},
                                 {"subtract", BinaryOp::kSubtract},
                                 {"multiply", BinaryOp::kMultiply},
                                 {"divide", BinaryOp::kDivide},
                                 {"maximum", BinaryOp::kMaximum},
                                 {"minimum", BinaryOp::kMinimum},
                                 {"squaredDifference", BinaryOp::kSquaredDifference},
                                 {"prelu", BinaryOp::kPrelu}});
}

UnaryOp to_unary_op(const Napi::Value& name) {
  return choose<UnaryOp>(name, {{"relu", UnaryOp::kRelu},
                                {"relu6", UnaryOp::kRelu6},
                                {"elu", UnaryOp::kElu},
                                {"sigmoid", UnaryOp::kSigmoid},
                                {"leakyrelu", UnaryOp::kLeakyRelu},
                                {"step", UnaryOp::kStep},
                                {"square", UnaryOp::kSquare},
                                {"sqrt", UnaryOp::kSqrt},
                                {"rsqrt", UnaryOp::kRsqrt},
                                {"negate", UnaryOp::kNegate},
                                {"absolute", UnaryOp::kAbsolute}});
}

// (op, layout, a, b, output)
void Binary(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::span<const std::int32_t> layout = borrow<std::int32_t>(info[1], 3 * kBroadcastRank);
  const Broadcast over{to_sizes<kBroadcastRank>(env, layout, 0),
                       to_sizes<kBroadcastRank>(env, layout, kBroadcastRank),
                       to_sizes<kBroadcastRank>(env, layout, 2 * kBroadcastRank)};
  const std::span<const float> a = borrow<float>(info[2]), b = borrow<float>(info[3]);
  const std::span<float> output = borrow<float>(info[4], product_of(over.extents));
  require(env, !output.empty() && over.a[3] <= 1 && over.b[3] <= 1);
  require(env, span_of(over.extents, over.a) <= a.size() && span_of(over.extents, over.b) <= b.size());
  binary(to_binary_op(info[0]), over, a, b, output);
}

// (op, parameter, x, output)
void Unary(const Napi::CallbackInfo& info) {
  const std::span<const float> x = borrow<float>(info[2]);
  unary(to_unary_op(info[0]), to_float(info[1]), x, borrow<float>(info[3], x.size()));
}

// (x, scale, offset, output)
void ScaleChannels(const Napi::CallbackInfo& info) {
  const std::span<const float> x = borrow<float>(info[0]), scale = borrow<float>(info[1]);
  const std::span<const float> offset = borrow<float>(info[2], scale.size());
  require(info.Env(), !scale.empty() && x.size() % scale.size() == 0);
  scale_channels(x, scale, offset, borrow<float>(info[3], x.size()));
}

template <typename T>
std::span<std::uint32_t> as_words(std::span<T> values) {
  static_assert(sizeof(T) == sizeof(std::uint32_t));
  return {reinterpret_cast<std::uint32_t*>(values.data()), values.size()};
}

// (layout, input, output)
void StridedCopyOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::span<const std::int32_t> layout = borrow<std::int32_t>(info[0], 3 * kCopyRank + 2);
  const auto offsets = to_sizes<2>(env, layout, 3 * kCopyRank);
  const StridedCopy copy{to_sizes<kCopyRank>(env, layout, 0), to_sizes<kCopyRank>(env, layout, kCopyRank),
                         to_sizes<kCopyRank>(env, layout, 2 * kCopyRank), offsets[0], offsets[1]};
  const std::span<std::uint32_t> input = as_words(borrow<float>(info[1]));
  const std::span<std::uint32_t> output = as_words(borrow<float>(info[2]));
  const std::size_t reads = span_of(copy.extents, copy.input), writes = span_of(copy.extents, copy.output);
  if (reads == 0) return;
  require(env, copy.input_offset + reads <= input.size() && copy.output_offset + writes <= output.size());
  strided_copy(copy, input, output);
}

}  // namespace

void export_tensor(Napi::Object exports) {
  const Napi::Env env = exports.Env();
  exports["binary"] = Napi::Function::New<Binary>(env, "binary");
  exports["unary"] = Napi::Function::New<Unary>(env, "unary");
  exports["scaleChannels"] = Napi::Function::New<ScaleChannels>(env, "scaleChannels");
  exports["stridedCopy"] = Napi::Function::New<StridedCopyOf>(env, "stridedCopy");
}

}  // namespace densecrf::binding
