// Customers' teams: the tenants whose data is kept apart.
//
// A team's id is the caller's (a number or a uuid in many a database) and never comes back: a
// removed team keeps its row, with the time, so that deleting its data can be scheduled and its
// id means nobody else. Tokens of a removed team end with it. Every change is in the ledger:
// durable before it is committed, and where it can't be, nothing changes. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "identity/removed_team_list.h"
#include "identity/sealed_change.h"
#include "identity/token_cache.h"
#include "model/claim.h"

namespace art32::identity {

struct Team {
  model::TeamId id;
  std::string name;
  base::Instant created;
  std::optional<base::Instant> removed;
};

enum class TeamsShown { current, removed };

// Within a change, for this room: adds the row and returns the record. `invalid_argument`, `already_exists`.
base::Result<std::string> insert_team(const SealedStore& store, const model::TeamId& id,
                                      std::string_view name);

class Teams {
 public:
  Teams(const SealedStore& store, TokenCache& tokens);
  // Table `teams` (id, name, created_at, updated_at, deleted_at).
  static std::vector<store::Migration> migrations();

  // The id is a word of claims (model/claim.h), the name 1 to limits::team_name_octets of UTF-8
  // without controls. `invalid_argument`, `already_exists` (also where it was removed).
  base::Status add(const model::TeamId& id, std::string_view name);
  base::Status rename(const model::TeamId& id, std::string_view name);  // `not_found`
  base::Status remove(const model::TeamId& id);                         // `not_found`

  // Those that were removed, kept true from here on; to be called before anybody is let in.
  base::Result<std::shared_ptr<const model::RemovedTeams>> removed_teams();

  // By id, those after `after`, at most limits::identity_page_rows.
  base::Result<std::vector<Team>> list(TeamsShown shown = TeamsShown::current,
                                       const model::TeamId& after = {}) const;
  base::Result<std::optional<Team>> find(const model::TeamId& id) const;  // removed ones too

 private:
  SealedStore store_;
  TokenCache& tokens_;
  std::shared_ptr<RemovedTeamList> removed_ = std::make_shared<RemovedTeamList>();
};

}  // namespace art32::identity
