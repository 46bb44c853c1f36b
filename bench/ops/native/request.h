#pragma once
#include <cstddef>
#include <cstdlib>
#include <string>

namespace densecrf::bench {

/// One line of flat JSON, as bench/lib/worker-process.ts writes it.
class Request {
 public:
  explicit Request(std::string line) : line_(std::move(line)) {}

  /// 0 if there is no such number.
  [[nodiscard]] std::size_t number(const std::string& name) const {
    const std::size_t at = value(name);
    return at == std::string::npos ? 0 : std::strtoull(line_.c_str() + at, nullptr, 10);
  }
  /// Empty if there is no such text.
  [[nodiscard]] std::string text(const std::string& name) const {
    const std::size_t at = value(name);
    if (at == std::string::npos) return {};
    return line_.substr(at + 1, line_.find('"', at + 1) - at - 1);
  }

 private:
  [[nodiscard]] std::size_t value(const std::string& name) const {
    const std::size_t at = line_.find("\"" + name + "\":");
    return at == std::string::npos ? at : at + name.size() + 3;
  }

  std::string line_;
};

}  // namespace densecrf::bench
