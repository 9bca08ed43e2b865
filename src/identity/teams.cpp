#include "identity/teams.h"

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
CREATE TABLE teams (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  deleted_at TEXT
) STRICT, WITHOUT ROWID;
)sql";

tl::unexpected<base::Error> no_team(const model::TeamId& id) {
  return failure(ErrorCode::not_found, fmt::format("there is no team {}", json_string(id.value)),
                 "list the teams for those there are");
}

Status check_name(std::string_view name) {
  if (is_line_of_text(name, base::limits::team_name_octets)) return {};
  return failure(ErrorCode::invalid_argument, fmt::format("{} is no name for a team", json_string(name)),
                 fmt::format("use 1 to {} octets of UTF-8 on one line", base::limits::team_name_octets));
}

Team read_team(const store::Row& row, Status& trouble) {
  return {{row.text(0)}, row.text(1), read_instant(row, 2, trouble), read_optional_instant(row, 3, trouble)};
}

}  // namespace

std::vector<store::Migration> Teams::migrations() {
  return {{"teams", 1, schema}};
}

Teams::Teams(const SealedStore& store, TokenCache& tokens) : store_(store), tokens_(tokens) {}

base::Result<std::string> insert_team(const SealedStore& store, const model::TeamId& id,
                                      std::string_view name) {
  if (!model::is_claim_word(id.value))
    return failure(ErrorCode::invalid_argument, fmt::format("{} is no id for a team", json_string(id.value)),
                   "use 1 to 64 of A-Z a-z 0-9 . _ : @ + -");
  ART32_CHECKED(check_name(name));
  const std::string now = base::rfc3339(store.clock.now());
  const Status inserted =
      store.database.run("INSERT INTO teams (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)",
                         {id.value, std::string(name), now, now});
  if (!inserted && inserted.error().code == ErrorCode::already_exists)
    return failure(ErrorCode::already_exists, fmt::format("there is or was a team \"{}\"", id.value),
                   "choose another id: that of a removed team isn't given again");
  ART32_CHECKED(inserted);
  return fmt::format(R"({{"event":"team-added","name":{},"team":{}}})", json_string(name),
                     json_string(id.value));
}

Status Teams::add(const model::TeamId& id, std::string_view name) {
  return store_.change([&] { return insert_team(store_, id, name); });
}

Status Teams::rename(const model::TeamId& id, std::string_view name) {
  ART32_CHECKED(check_name(name));
  return store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(
        store_.database.run("UPDATE teams SET name = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL",
                            {std::string(name), base::rfc3339(store_.clock.now()), id.value}));
    if (store_.database.changes() == 0) return no_team(id);
    return fmt::format(R"({{"event":"team-renamed","name":{},"team":{}}})", json_string(name),
                       json_string(id.value));
  });
}

Status Teams::remove(const model::TeamId& id) {
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    const std::string now = base::rfc3339(store_.clock.now());
    ART32_CHECKED(store_.database.run(
        "UPDATE teams SET deleted_at = ?, updated_at = ? WHERE id = ? AND deleted_at IS NULL",
        {now, now, id.value}));
    if (store_.database.changes() == 0) return no_team(id);
    return fmt::format(R"({{"event":"team-removed","team":{}}})", json_string(id.value));
  });
  tokens_.clear();
  if (changed) removed_->add(id);
  return changed;
}

base::Result<std::shared_ptr<const model::RemovedTeams>> Teams::removed_teams() {
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query("SELECT id FROM teams WHERE deleted_at IS NOT NULL", {},
                                      [this](const store::Row& row) { removed_->add({row.text(0)}); }));
  return removed_;
}

base::Result<std::vector<Team>> Teams::list(TeamsShown shown, const model::TeamId& after) const {
  constexpr std::string_view current =
      "SELECT id, name, created_at, deleted_at FROM teams WHERE deleted_at IS NULL AND id > ? "
      "ORDER BY id LIMIT ?";
  constexpr std::string_view removed =
      "SELECT id, name, created_at, deleted_at FROM teams WHERE deleted_at IS NOT NULL AND id > ? "
      "ORDER BY id LIMIT ?";
  std::vector<Team> teams;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(
      store_.database.query(shown == TeamsShown::current ? current : removed,
                            {after.value, std::int64_t{base::limits::identity_page_rows}},
                            [&](const store::Row& row) { teams.push_back(read_team(row, trouble)); }));
  ART32_CHECKED(trouble);
  return teams;
}

base::Result<std::optional<Team>> Teams::find(const model::TeamId& id) const {
  std::optional<Team> team;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query("SELECT id, name, created_at, deleted_at FROM teams WHERE id = ?",
                                      {id.value},
                                      [&](const store::Row& row) { team = read_team(row, trouble); }));
  ART32_CHECKED(trouble);
  return team;
}

}  // namespace art32::identity
