#include "base/cpu_quota.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "check.h"

using namespace densecrf;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone afterwards.
struct Groups {
  fs::path root;
  Groups() {
    root = fs::temp_directory_path() / ("densecrf-groups-" + std::to_string(std::random_device()()));
    fs::create_directories(root / "pod/task");
  }
  ~Groups() { fs::remove_all(root); }
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  void write(const char* file, const char* text) const { std::ofstream(root / file) << text; }
  [[nodiscard]] unsigned quota() const { return cpu_quota((root / "membership").string(), root.string()); }
};

}  // namespace

TEST("cpu_quota is the least of a group and of all above it, in whole processors") {
  const Groups groups;
  CHECK_EQ(groups.quota(), 0U);
  groups.write("membership", "1:name=systemd:/old\n0::/pod/task\n");
  CHECK_EQ(groups.quota(), 0U);
  groups.write("pod/task/cpu.max", "max 100000\n");
  CHECK_EQ(groups.quota(), 0U);
  groups.write("pod/cpu.max", "250000 100000\n");
  CHECK_EQ(groups.quota(), 3U);
  groups.write("pod/task/cpu.max", "20000 100000\n");
  CHECK_EQ(groups.quota(), 1U);
  groups.write("pod/task/cpu.max", "400000 100000\n");
  CHECK_EQ(groups.quota(), 3U);
}

TEST("cpu_quota looks at the root, which is all that a container sees of its own group") {
  const Groups groups;
  groups.write("membership", "0::/\n");
  groups.write("cpu.max", "200000 100000\n");
  CHECK_EQ(groups.quota(), 2U);
  groups.write("membership", "0::/elsewhere\n");
  CHECK_EQ(groups.quota(), 2U);
  groups.write("cpu.max", "nonsense\n");
  CHECK_EQ(groups.quota(), 0U);
  groups.write("cpu.max", "-1 100000\n");
  CHECK_EQ(groups.quota(), 0U);
}
