#include "identity/memberships.h"

#include <fmt/core.h>

#include "base/json_text.h"
#include "base/limits.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::json_string;
using base::Status;

constexpr std::string_view schema = R"sql(
CREATE TABLE memberships (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  team TEXT NOT NULL REFERENCES teams (id),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  UNIQUE (team, user_id)
) STRICT;
CREATE INDEX memberships_user ON memberships (user_id);
)sql";

std::string record(std::string_view event, const Member& member) {
  return fmt::format(R"({{"event":"{}","team":{},"user":{}}})", event, json_string(member.team.value),
                     member.user.value);
}

}  // namespace

std::vector<store::Migration> Memberships::migrations() {
  return {{"memberships", 1, schema}};
}

Memberships::Memberships(const SealedStore& store, TokenCache& tokens) : store_(store), tokens_(tokens) {}

base::Result<std::string> insert_member(const SealedStore& store, const Member& member) {
  const Status inserted = store.database.run(
      "INSERT INTO memberships (team, user_id, created_at) "
      "SELECT teams.id, users.id, ? FROM teams, users "
      "WHERE teams.id = ? AND teams.deleted_at IS NULL AND users.id = ?",
      {base::rfc3339(store.clock.now()), member.team.value, member.user.value});
  if (!inserted && inserted.error().code == ErrorCode::already_exists)
    return failure(ErrorCode::already_exists,
                   fmt::format("user {} is in the team already", member.user.value));
  ART32_CHECKED(inserted);
  if (store.database.changes() == 0)
    return failure(
        ErrorCode::not_found,
        fmt::format("there is no team {}, or no user {}", json_string(member.team.value), member.user.value),
        "add both first");
  return record("member-added", member);
}

Status Memberships::add(const Member& member) {
  return store_.change([&] { return insert_member(store_, member); });
}

Status Memberships::remove(const Member& member) {
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.run("DELETE FROM memberships WHERE team = ? AND user_id = ?",
                                      {member.team.value, member.user.value}));
    if (store_.database.changes() == 0)
      return failure(ErrorCode::not_found, fmt::format("user {} isn't in team {}", member.user.value,
                                                       json_string(member.team.value)));
    return record("member-removed", member);
  });
  tokens_.clear();
  return changed;
}

base::Result<std::vector<model::TeamId>> Memberships::teams_of(UserId user) const {
  std::vector<model::TeamId> teams;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(
      store_.database.query("SELECT team FROM memberships JOIN teams ON teams.id = team "
                            "WHERE user_id = ? AND deleted_at IS NULL ORDER BY team",
                            {user.value}, [&](const store::Row& row) { teams.push_back({row.text(0)}); }));
  return teams;
}

base::Result<std::vector<UserId>> Memberships::users_of(const model::TeamId& team, UserId after) const {
  std::vector<UserId> users;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query(
      "SELECT user_id FROM memberships WHERE team = ? AND user_id > ? ORDER BY user_id LIMIT ?",
      {team.value, after.value, std::int64_t{base::limits::identity_page_rows}},
      [&](const store::Row& row) { users.emplace_back(row.integer(0)); }));
  return users;
}

}  // namespace art32::identity
