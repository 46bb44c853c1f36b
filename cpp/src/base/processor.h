#pragma once
// Which processor a thread runs on, and how to send it to another one.
#include <thread>

namespace densecrf {

/// The processor that the calling thread runs on; -1 where the system does not say.
[[nodiscard]] int current_processor() noexcept;

/// Sends a thread, at once, to another of the processors that the calling thread may use, and keeps it off
/// this one. Without another one, or where the system has no such call, nothing happens.
void keep_off(std::thread::native_handle_type thread, int processor) noexcept;

}  // namespace densecrf
