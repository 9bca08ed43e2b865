// Which user is of which teams. A token belongs to a membership: who leaves a team leaves his
// tokens for it behind, and keeps those for others.
//
// Every change is in the ledger: durable before it is committed, and where it can't be, nothing
// changes. Any thread.
#pragma once

#include <vector>

#include "base/result.h"
#include "identity/ids.h"
#include "identity/sealed_change.h"
#include "identity/token_cache.h"

namespace art32::identity {

// Within a change, for this room: adds the row and returns the record. `not_found` without team or
// user, `already_exists`.
base::Result<std::string> insert_member(const SealedStore& store, const Member& member);

class Memberships {
 public:
  Memberships(const SealedStore& store, TokenCache& tokens);
  // Table `memberships` (id, team, user_id, created_at); needs those of teams and users.
  static std::vector<store::Migration> migrations();

  base::Status add(const Member& member);     // `not_found` without team or user, `already_exists`
  base::Status remove(const Member& member);  // and the tokens for that team; `not_found`

  // Teams that were removed are left out.
  base::Result<std::vector<model::TeamId>> teams_of(UserId user) const;
  // By number, those after `after`, at most limits::identity_page_rows.
  base::Result<std::vector<UserId>> users_of(const model::TeamId& team, UserId after = {}) const;

 private:
  SealedStore store_;
  TokenCache& tokens_;
};

}  // namespace art32::identity
