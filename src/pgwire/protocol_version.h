// Versions of the frontend/backend protocol, as StartupMessage and
// NegotiateProtocolVersion carry them: major number in the upper 16 bits.
//
// Plain values; any thread. PostgreSQL documentation, chapter 55 "Frontend/Backend
// Protocol". 3.1 was never given out: poolers had answered to it as if to 3.0.
#pragma once

#include <compare>
#include <cstdint>

namespace art32::pgwire {

struct ProtocolVersion {
  std::uint16_t major = 3;
  std::uint16_t minor = 0;

  constexpr auto operator<=>(const ProtocolVersion&) const = default;

  constexpr std::uint32_t code() const { return static_cast<std::uint32_t>(major) << 16 | minor; }
  static constexpr ProtocolVersion from_code(std::uint32_t code) {
    return {static_cast<std::uint16_t>(code >> 16), static_cast<std::uint16_t>(code)};
  }
};

inline constexpr ProtocolVersion protocol_3_0{3, 0};
inline constexpr ProtocolVersion protocol_3_1{3, 1};  // nobody speaks it
inline constexpr ProtocolVersion protocol_3_2{3, 2};
inline constexpr ProtocolVersion newest_protocol = protocol_3_2;

}  // namespace art32::pgwire
