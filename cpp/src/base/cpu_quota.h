#pragma once
// How many processors a container may use at a time, where the system limits that by time and not by number.
#include <string>

namespace densecrf {

/// Whole processors, rounded up, that Linux's control groups (version 2) leave to a process; 0: no limit.
/// @param membership  what /proc/self/cgroup says
/// @param root        where the groups are, mostly /sys/fs/cgroup
[[nodiscard]] unsigned cpu_quota(const std::string& membership, const std::string& root);

}  // namespace densecrf
