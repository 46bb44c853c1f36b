// No kernel without a test: every row of kernels.inc must be called by a test that carries its name.
#include "kernels/kernels.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "check.h"

namespace densecrf {
namespace {

/// The tests of this folder, one after the other.
std::string sources() {
  std::string all;
  // Not from __FILE__, which compiler caches make relative to the folder that was compiled in.
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(DENSECRF_SOURCES) / "kernels")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    std::ifstream file(entry.path());
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

}  // namespace

TEST("every kernel has a test") {
  const std::string tests = sources();
#define KERNEL(name, parameters)                                                                  \
  CHECK_EQ(tests.find("TEST(\"" #name " ") == std::string::npos ? #name " has no test" : "", ""); \
  CHECK_EQ(tests.find("." #name "(") == std::string::npos ? #name " is never called" : "", "");
#include "kernels/kernels.inc"
#undef KERNEL
}

TEST("every instruction set has every kernel") {
  for (const Isa isa : available_isas()) {
#define KERNEL(name, parameters) CHECK(kernels(isa).name != nullptr);
#include "kernels/kernels.inc"
#undef KERNEL
  }
}

}  // namespace densecrf
