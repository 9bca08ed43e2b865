// Tokens of an application in Laravel Sanctum's table, taken over with the clients that hold them:
// teams, users and memberships that aren't here yet are made in the same change.
//
// A batch is imported as a whole or not at all, and can be tried without a trace. What is here
// already is passed over, so that a run that was cut off can be repeated. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "identity/sealed_change.h"
#include "model/claim.h"

namespace art32::identity {

// A row of an application's personal_access_tokens.
struct TokenRow {
  std::int64_t id = 0;
  std::string tokenable_type;  // such as App\Models\User
  std::string tokenable_id;
  std::string name;
  std::string token;  // SHA-256 in hexadecimal
  std::optional<std::string> abilities;
  std::optional<base::Instant> last_used, expires;
  base::Instant created, updated;
};

// Whose token it becomes.
struct NamedMember {
  model::TeamId team;
  std::string login;
};
using FindHolder = std::function<std::optional<NamedMember>(std::string_view type, std::string_view id)>;

enum class ImportMode {
  write,
  check,  // all the same, rolled back, and nothing is sealed
};

struct Imported {
  std::size_t taken = 0;
  std::size_t there = 0;    // with the same number, SHA-256, team and user
  std::size_t removed = 0;  // were here and were revoked, or went with their user: they stay away
};

// All rows or none, at most limits::token_change_rows. `already_exists` for one that contradicts
// what is here, `not_found` for a holder whom `find_holder` doesn't know or whose team was removed,
// `invalid_argument`. Names the row.
base::Result<Imported> import_tokens(const SealedStore& store, std::span<const TokenRow> rows,
                                     const FindHolder& find_holder, ImportMode mode);

}  // namespace art32::identity
