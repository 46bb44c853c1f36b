#include "base/cpu_quota.h"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace densecrf {
namespace {

/// The path of a process's group, from the line `0::/path`.
std::string group_of(const std::string& membership) {
  std::ifstream file(membership);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::/")) return line.substr(3);
  }
  return "/";
}

/// `quota period`, both in microseconds, or `max period`.
unsigned quota_in(const std::string& group) {
  std::ifstream file(group + "/cpu.max");
  double quota = 0, period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return 0;
  return static_cast<unsigned>(std::clamp(std::ceil(quota / period), 1.0, 1e6));
}

}  // namespace

unsigned cpu_quota(const std::string& membership, const std::string& root) {
  const std::string group = group_of(membership);
  unsigned least = 0;
  // Each group is within the limits of those above it, which are at `/`, `/a`, `/a/b`.
  for (std::size_t end = 0; end != std::string::npos; end = group.find('/', end + 1)) {
    const unsigned here = quota_in(root + group.substr(0, end));
    if (here != 0) least = least == 0 ? here : std::min(least, here);
  }
  const unsigned own = quota_in(root + group);
  return own == 0 || (least != 0 && least < own) ? least : own;
}

}  // namespace densecrf
