// What a prepared statement is called on servers, and the ids behind those names.
//
// Clients of several teams share a server connection and what is prepared there, and any of
// them may write SQL's EXECUTE or EXPLAIN EXECUTE. So a name can't be guessed: an id is 54 bits
// by chance, which is what fits behind the prefix in a string that needs no memory of its own.
// Two statements may have one id: who keeps them tells them apart (ServerStatements).
// An id is drawn where a statement is first seen, many at once. Worker's thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/random.h"

namespace art32::gateway {

enum class StatementId : std::uint64_t { none = 0 };

class StatementIds {
 public:
  using Fill = std::function<void(std::span<std::uint8_t>)>;  // with what nobody can foretell
  explicit StatementIds(Fill fill = crypto::fill_random) : fill_(std::move(fill)) {}
  StatementId draw();  // never `none`

 private:
  Fill fill_;
  std::array<std::uint8_t, 64 * sizeof(StatementId)> drawn_{};
  std::size_t used_ = sizeof(drawn_);
};

// "art32:" and nine characters of base64url (RFC 4648, section 5): the id, highest bits first.
std::string server_name(StatementId id);
bool looks_like_server_name(std::string_view name);
bool mentions_server_name(std::string_view message);

}  // namespace art32::gateway
