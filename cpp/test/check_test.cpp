#include "check.h"

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

namespace {

enum class Colour : std::uint8_t { kRed = 3 };

struct Opaque {
  int value;
  bool operator==(const Opaque&) const = default;
};

}  // namespace

TEST("CHECK_EQ compares by value, whatever the integers' types") {
  CHECK_EQ(std::uint8_t{200}, 200);
  CHECK_EQ(std::size_t{3}, 3);
  CHECK_EQ(Colour::kRed, Colour::kRed);
  CHECK_EQ(Opaque{1}, Opaque{1});
  CHECK_EQ((std::vector<int>{1, 2}), (std::vector<int>{1, 2}));
}

TEST("CHECK_CLOSE takes equal infinities and what is within the tolerance") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK_CLOSE(1.0F, 1.25, 0.25);
  CHECK_CLOSE(kInfinity, kInfinity, 0);
}

// test/e2e/check.test.ts asks for these failures and reads the report.
TEST("checks fail on request") {
  if (std::getenv("DENSECRF_CHECK_FAIL") == nullptr) return;
  CHECK(2 + 2 == 5);
  CHECK_EQ(-1, 4294967295U);
  CHECK_EQ(Opaque{1}, Opaque{2});
  CHECK_CLOSE(std::numeric_limits<double>::quiet_NaN(), 0, 1);
}

TEST("a test is skipped on request") {
  if (std::getenv("DENSECRF_CHECK_FAIL") != nullptr) SKIP("because it was asked for");
}
