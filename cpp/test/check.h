#pragma once
// Our test library: TEST defines one, CHECK* record what fails and go on, SKIP leaves with a reason.
//
//   TEST("addition is exact") { CHECK_EQ(1 + 1, 2); }
//
// A test program prints each failure with its place and ends with `N passed, N failed, N skipped`.
// An argument runs only the tests whose names contain it.
#include <cmath>
#include <concepts>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace densecrf::check {

using Body = void (*)();

/// Enters a test into the program's list.
bool add(const char* name, Body body);

/// Records a failed check of the running test; only the first few of each are printed.
void fail(const char* file, int line, const std::string& what);

/// Leaves the running test.
[[noreturn]] void skip(const char* why);

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

template <typename T>
concept Integer =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <typename T>
void print(std::ostream& out, const T& value) {
  if constexpr (std::is_enum_v<T>) {
    out << static_cast<long long>(value);
  } else if constexpr (Integer<T>) {
    out << +value;
  } else if constexpr (Printable<T>) {
    out << value;
  } else {
    out << "(unprintable)";
  }
}

template <typename A, typename B>
std::string describe(const char* texts, const A& a, const B& b) {
  std::ostringstream out;
  out.precision(9);
  out << texts << ": ";
  print(out, a);
  out << " and ";
  print(out, b);
  return out.str();
}

template <typename A, typename B>
void equal(const char* file, int line, const char* texts, const A& a, const B& b) {
  bool same = false;
  if constexpr (Integer<A> && Integer<B>) {
    same = std::cmp_equal(a, b);
  } else {
    same = a == b;
  }
  if (!same) fail(file, line, describe(texts, a, b));
}

/// NaN is close to nothing.
inline void close(const char* file, int line, const char* texts, double a, double b, double tolerance) {
  const bool near = a == b || std::abs(a - b) <= tolerance;
  if (!near) fail(file, line, describe(texts, a, b));
}

}  // namespace densecrf::check

#define DENSECRF_CHECK_JOIN_(a, b) a##b
#define DENSECRF_CHECK_JOIN(a, b) DENSECRF_CHECK_JOIN_(a, b)
#define DENSECRF_CHECK_TEST(name, body)                                                     \
  static void body();                                                                       \
  static const bool DENSECRF_CHECK_JOIN(body, _added) = ::densecrf::check::add(name, body); \
  static void body()

#define TEST(name) DENSECRF_CHECK_TEST(name, DENSECRF_CHECK_JOIN(densecrf_test_, __LINE__))
#define CHECK(...) ((__VA_ARGS__) ? void() : ::densecrf::check::fail(__FILE__, __LINE__, #__VA_ARGS__))
#define CHECK_EQ(a, b) ::densecrf::check::equal(__FILE__, __LINE__, #a " == " #b, a, b)
#define CHECK_CLOSE(a, b, tolerance)                                                                        \
  ::densecrf::check::close(__FILE__, __LINE__, #a " ~ " #b, static_cast<double>(a), static_cast<double>(b), \
                           static_cast<double>(tolerance))
#define SKIP(why) ::densecrf::check::skip(why)
