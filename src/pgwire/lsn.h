// A place in PostgreSQL's write-ahead log: the number of an octet since the cluster was made.
// Written as two hexadecimal numbers of 32 bits, "16/B374D848" (documentation, section 8.20
// "pg_lsn Type"). A value; pure functions.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace art32::pgwire {

struct Lsn {
  std::uint64_t value = 0;  // 0: nowhere

  auto operator<=>(const Lsn&) const = default;
};

std::string format_lsn(Lsn lsn);
std::optional<Lsn> parse_lsn(std::string_view text) noexcept;

}  // namespace art32::pgwire
