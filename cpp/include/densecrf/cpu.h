#pragma once
// Which instruction sets this build carries, this machine runs, and the process uses.
#include <cstdint>
#include <span>

namespace densecrf {

enum class Isa : std::uint8_t { kBaseline, kAvx2, kAvx512, kNeon };

/// "x86-64-v2", "avx2", "avx512", "neon"; "generic" for the baseline of other processors.
[[nodiscard]] const char* isa_name(Isa isa) noexcept;

/// Built in and supported by this machine, slowest first; never empty.
[[nodiscard]] std::span<const Isa> available_isas() noexcept;

/// The one in use: the environment's DENSECRF_ISA if it names an available one, else the fastest.
[[nodiscard]] Isa active_isa() noexcept;

/// Switches the whole process to `isa`; false if it is not available. For tests and benches: not
/// while another thread computes.
bool use_isa(Isa isa) noexcept;

}  // namespace densecrf
