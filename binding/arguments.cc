#include "arguments.h"

#include <limits>

#include "densecrf/pages.h"

namespace densecrf::binding {
namespace {

const char* name_of(Status status) noexcept {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kCancelled:
      return "cancelled";
    case Status::kOutOfMemory:
      return "out-of-memory";
    case Status::kTooLarge:
      return "too-large";
    case Status::kOutOfRange:
      return "out-of-range";
    case Status::kNoUnary:
      return "no-unary";
    case Status::kNotStarted:
      return "not-started";
  }
  return "unknown";
}

void require(const Napi::Value& value, bool holds) {
  if (!holds) throw status_error(value.Env(), "invalid-argument");
}

template <typename T>
constexpr napi_typedarray_type kTypeOf = napi_float32_array;
template <>
constexpr napi_typedarray_type kTypeOf<std::int32_t> = napi_int32_array;
template <>
constexpr napi_typedarray_type kTypeOf<std::uint8_t> = napi_uint8_array;

// A SharedArrayBuffer is no ArrayBuffer to N-API.
bool is_fixed(const Napi::Value& buffer) {
  return buffer.IsArrayBuffer() && !buffer.As<Napi::Object>().Get("resizable").ToBoolean();
}

}  // namespace

Napi::Error status_error(Napi::Env env, const char* status) {
  Napi::Error error = Napi::Error::New(env, std::string("densecrf: ") + status);
  error.Set("status", Napi::String::New(env, status));
  return error;
}

Napi::Error status_error(Napi::Env env, Status status) { return status_error(env, name_of(status)); }

void throw_unless_ok(Napi::Env env, Status status) {
  if (status != Status::kOk) throw status_error(env, status);
}

template <typename T>
std::span<T> borrow(const Napi::Value& array) {
  require(array, array.IsTypedArray());
  napi_typedarray_type type{};
  std::size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  const napi_status status =
      napi_get_typedarray_info(array.Env(), array, &type, &length, &data, &buffer, nullptr);
  require(array, status == napi_ok && type == kTypeOf<T> && is_fixed(Napi::Value(array.Env(), buffer)));
  return {static_cast<T*>(data), length};
}

template <typename T>
std::span<T> borrow(const Napi::Value& array, std::size_t length) {
  const std::span<T> values = borrow<T>(array);
  require(array, values.size() == length);
  return values;
}

template <typename T>
std::span<T> borrow_or_null(const Napi::Value& array, std::size_t length) {
  return array.IsNull() ? std::span<T>() : borrow<T>(array, length);
}

template std::span<float> borrow(const Napi::Value&);
template std::span<float> borrow(const Napi::Value&, std::size_t);
template std::span<float> borrow_or_null(const Napi::Value&, std::size_t);
template std::span<std::int32_t> borrow(const Napi::Value&, std::size_t);
template std::span<std::int32_t> borrow_or_null(const Napi::Value&, std::size_t);
template std::span<std::uint8_t> borrow(const Napi::Value&, std::size_t);

// Through JavaScript's own constructor: it throws where N-API would end the process.
Napi::Value new_floats(Napi::Env env, std::size_t length) {
  const auto constructor = env.Global().Get("Float32Array").As<Napi::Function>();
  try {
    auto made =
        constructor.New({Napi::Number::New(env, static_cast<double>(length))}).As<Napi::Float32Array>();
    prefer_large_pages(made.Data(), made.ByteLength());
    return made;
  } catch (const Napi::Error&) {
    throw status_error(env, Status::kOutOfMemory);
  }
}

std::size_t to_size(const Napi::Value& value) {
  require(value, value.IsNumber());
  const double number = value.As<Napi::Number>().DoubleValue();
  constexpr double kLargest = 9007199254740991.0;  // Number.MAX_SAFE_INTEGER
  require(value, number >= 0 && number <= kLargest);
  return static_cast<std::size_t>(number);
}

int to_count(const Napi::Value& value) {
  const std::size_t size = to_size(value);
  require(value, size <= std::size_t{std::numeric_limits<int>::max()});
  return static_cast<int>(size);
}

float to_float(const Napi::Value& value) {
  require(value, value.IsNumber());
  return value.As<Napi::Number>().FloatValue();
}

std::string to_text(const Napi::Value& value) {
  require(value, value.IsString());
  return value.As<Napi::String>();
}

Layout to_layout(const Napi::Value& channels_first) {
  return channels_first.ToBoolean() ? Layout::kChannelsFirst : Layout::kChannelsLast;
}

Napi::Object to_object(const Napi::Value& value) {
  require(value, value.IsObject());
  return value.As<Napi::Object>();
}

}  // namespace densecrf::binding
