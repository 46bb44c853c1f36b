#include "densecrf/pages.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "check.h"

namespace densecrf {

TEST("advice changes no contents, wherever memory begins and ends") {
  std::vector<std::uint8_t> memory((std::size_t{9} << 20) + 123);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<std::uint8_t>(i * 7 + i / 4096);
  for (const std::size_t skip : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{3} << 20}) {
    for (const std::size_t less :
         {std::size_t{0}, std::size_t{5}, std::size_t{2} << 20, memory.size() - skip})
      prefer_large_pages(memory.data() + skip, memory.size() - skip - std::min(less, memory.size() - skip));
  }
  std::size_t changed = 0;
  for (std::size_t i = 0; i < memory.size(); ++i)
    changed += memory[i] != static_cast<std::uint8_t>(i * 7 + i / 4096);
  CHECK_EQ(changed, 0);
}

}  // namespace densecrf
