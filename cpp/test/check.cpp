#include "check.h"

#include <cstdio>
#include <exception>
#include <vector>

namespace densecrf::check {
namespace {

constexpr int kPrintedFailures = 10;

struct Skipped {
  const char* why;
};

struct Test {
  const char* name;
  Body body;
};

enum class Outcome { kPassed, kFailed, kSkipped };

// A function's static: tests enter themselves before main, in any order of files.
std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

int failures = 0;

Outcome run(const Test& test) {
  failures = 0;
  try {
    test.body();
  } catch (const Skipped& skipped) {
    if (failures == 0) {
      std::printf("skipped: %s: %s\n", test.name, skipped.why);
      return Outcome::kSkipped;
    }
  } catch (const std::exception& error) {
    fail(test.name, 0, std::string("threw ") + error.what());
  } catch (...) {
    fail(test.name, 0, "threw something that is no std::exception");
  }
  if (failures == 0) return Outcome::kPassed;
  std::printf("FAILED: %s (%d checks)\n", test.name, failures);
  return Outcome::kFailed;
}

}  // namespace

bool add(const char* name, Body body) {
  tests().push_back({name, body});
  return true;
}

void fail(const char* file, int line, const std::string& what) {
  if (++failures <= kPrintedFailures) std::printf("%s:%d: %s\n", file, line, what.c_str());
}

void skip(const char* why) { throw Skipped{why}; }

// Fails when nothing ran: a filter that matches no test is a mistake.
static int run_all(std::string_view filter) {
  int counts[3] = {};
  for (const Test& test : tests()) {
    if (std::string_view(test.name).find(filter) == std::string_view::npos) continue;
    ++counts[static_cast<int>(run(test))];
    std::fflush(stdout);
  }
  const auto [passed, failed, skipped] = counts;
  if (passed + failed + skipped == 0) std::printf("no test ran\n");
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed == 0 && passed + skipped > 0 ? 0 : 1;
}

}  // namespace densecrf::check

int main(int count, char** arguments) { return densecrf::check::run_all(count > 1 ? arguments[1] : ""); }
