#pragma once
// From JavaScript's values to the core's, and from the core's statuses to JavaScript's errors. The doors have
// checked every argument; what is checked again here (kind and length) is what would otherwise be a crash.
#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>

#include "densecrf/crf.h"
#include "densecrf/status.h"

namespace densecrf::binding {

/// An Error with the `status` that src/native/addon.ts lists.
[[nodiscard]] Napi::Error status_error(Napi::Env env, const char* status);
[[nodiscard]] Napi::Error status_error(Napi::Env env, Status status);
void throw_unless_ok(Napi::Env env, Status status);

/// What a Float32Array, Int32Array or Uint8Array holds, valid until JavaScript runs again. Shared and
/// resizable arrays are refused, because what they hold may change or move at any time.
template <typename T>
[[nodiscard]] std::span<T> borrow(const Napi::Value& array);
/// The same, of exactly this length; a detached array has length 0.
template <typename T>
[[nodiscard]] std::span<T> borrow(const Napi::Value& array, std::size_t length);
/// The same; empty for null.
template <typename T>
[[nodiscard]] std::span<T> borrow_or_null(const Napi::Value& array, std::size_t length);

/// A new Float32Array; throws 'out-of-memory' where there is no room for it.
[[nodiscard]] Napi::Value new_floats(Napi::Env env, std::size_t length);

[[nodiscard]] std::size_t to_size(const Napi::Value& value);
[[nodiscard]] int to_count(const Napi::Value& value);
[[nodiscard]] float to_float(const Napi::Value& value);
[[nodiscard]] std::string to_text(const Napi::Value& value);
[[nodiscard]] Layout to_layout(const Napi::Value& channels_first);
[[nodiscard]] Napi::Object to_object(const Napi::Value& value);

template <typename T>
[[nodiscard]] T choose(const Napi::Value& name, std::initializer_list<std::pair<const char*, T>> choices) {
  const std::string wanted = to_text(name);
  for (const auto& [known, choice] : choices) {
    if (wanted == known) return choice;
  }
  throw status_error(name.Env(), "invalid-argument");
}

}  // namespace densecrf::binding
