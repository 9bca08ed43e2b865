#include "identity/personal_tokens.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/json_text.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::json_string;
using base::Status;

constexpr std::string_view schema = R"sql(
-- AUTOINCREMENT: the id of a revoked token never comes back. Abilities may be NULL, as in Laravel.
CREATE TABLE personal_access_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tokenable_type TEXT NOT NULL CHECK (tokenable_type = 'membership'),
  tokenable_id INTEGER NOT NULL REFERENCES memberships (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE CHECK (length(token) = 64),
  abilities TEXT,
  last_used_at TEXT,
  expires_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX personal_access_tokens_tokenable ON personal_access_tokens (tokenable_id);
CREATE INDEX personal_access_tokens_expires_at ON personal_access_tokens (expires_at)
  WHERE expires_at IS NOT NULL;
)sql";

// Whatever takes a row away: a revocation, or the end of its user or membership.
constexpr std::string_view removed_schema = R"sql(
CREATE TABLE removed_personal_access_tokens (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL
) STRICT;
CREATE TRIGGER personal_access_tokens_removed AFTER DELETE ON personal_access_tokens BEGIN
  INSERT OR REPLACE INTO removed_personal_access_tokens (id, token) VALUES (OLD.id, OLD.token);
END;
)sql";

tl::unexpected<base::Error> no_token(TokenId token) {
  return failure(ErrorCode::not_found, fmt::format("there is no token {}", token.value),
                 "list the user's tokens for those there are");
}

// Of a column that holds it in hexadecimal.
crypto::Digest digest_of(std::string_view hash) {
  crypto::Digest digest{};
  const std::optional<base::Bytes> octets = base::from_hex(hash);
  if (octets && octets->size() == digest.size()) std::ranges::copy(*octets, digest.begin());
  return digest;
}

}  // namespace

std::vector<store::Migration> PersonalTokens::migrations() {
  return {{"personal_access_tokens", 1, schema}, {"personal_access_tokens", 2, removed_schema}};
}

PersonalTokens::PersonalTokens(const SealedStore& store, TokenCache& cache, std::string_view prefix)
    : store_(store), cache_(cache), prefix_(prefix) {
  ART32_ASSERT(crypto::is_api_token_prefix(prefix));
}

void PersonalTokens::set_life(std::optional<std::chrono::minutes> life) {
  ART32_ASSERT(!life || (life->count() > 0 && *life <= base::limits::token_life));
  life_minutes_ = life ? life->count() : 0;
}

base::Result<std::int64_t> PersonalTokens::membership_of(const Member& member) const {
  std::int64_t membership = 0;
  ART32_CHECKED(
      store_.database.query("SELECT memberships.id FROM memberships JOIN teams ON teams.id = team "
                            "WHERE team = ? AND user_id = ? AND deleted_at IS NULL",
                            {member.team.value, member.user.value},
                            [&membership](const store::Row& row) { membership = row.integer(0); }));
  if (membership != 0) return membership;
  return failure(ErrorCode::not_found,
                 fmt::format("user {} isn't in team {}", member.user.value, json_string(member.team.value)),
                 "add the user to the team first");
}

base::Result<IssuedToken> PersonalTokens::issue(const Member& member, std::string_view name,
                                                const Abilities& abilities,
                                                std::optional<base::Instant> expires) {
  const base::Instant now = store_.clock.now();
  if (!is_line_of_text(name, base::limits::token_name_octets))
    return failure(ErrorCode::invalid_argument, fmt::format("{} is no name for a token", json_string(name)),
                   fmt::format("use 1 to {} octets of UTF-8 on one line", base::limits::token_name_octets));
  if (!is_valid(abilities))
    return failure(ErrorCode::invalid_argument, "these are no abilities for a token",
                   fmt::format("use at most {}, each of 1 to {} octets on one line",
                               base::limits::token_abilities, base::limits::token_ability_octets));
  if (expires && (*expires <= now || !is_storable(*expires)))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("a token can't expire at {}", base::rfc3339_seconds(*expires)),
                   "choose a time to come, before the year 10000");
  const base::Secret token = crypto::make_api_token(prefix_);
  TokenId id;
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_ASSIGN(const std::int64_t membership, membership_of(member));
    ART32_CHECKED(store_.database.run(
        "INSERT INTO personal_access_tokens (tokenable_type, tokenable_id, name, token, abilities, "
        "expires_at, created_at, updated_at) VALUES ('membership', ?, ?, ?, ?, ?, ?, ?)",
        {membership, std::string(name), crypto::api_token_hash(token.text()), to_json(abilities),
         stored_instant(expires), base::rfc3339(now), base::rfc3339(now)}));
    id = TokenId(store_.database.last_insert_id());
    return fmt::format(
        R"({{"abilities":{},"event":"user-token-issued","expires":{},"name":{},"team":{},"token":{},"user":{}}})",
        to_json(abilities), expires ? json_string(base::rfc3339(*expires)) : "null", json_string(name),
        json_string(member.team.value), id.value, member.user.value);
  });
  ART32_CHECKED(changed);
  return IssuedToken{id, crypto::join_api_token(id.value, token)};
}

base::Result<std::vector<PersonalToken>> PersonalTokens::list(const model::TeamId& team,
                                                              TokenId after) const {
  return select(
      "SELECT t.id, m.team, m.user_id, t.name, t.abilities, t.created_at, t.expires_at, t.last_used_at "
      "FROM memberships m CROSS JOIN personal_access_tokens t ON t.tokenable_id = m.id "
      "WHERE m.team = ? AND t.id > ? ORDER BY t.id LIMIT ?",
      team.value, after);
}

base::Result<std::vector<PersonalToken>> PersonalTokens::list(UserId user, TokenId after) const {
  return select(
      "SELECT t.id, m.team, m.user_id, t.name, t.abilities, t.created_at, t.expires_at, t.last_used_at "
      "FROM memberships m CROSS JOIN personal_access_tokens t ON t.tokenable_id = m.id "
      "WHERE m.user_id = ? AND t.id > ? ORDER BY t.id LIMIT ?",
      user.value, after);
}

base::Result<std::optional<PersonalToken>> PersonalTokens::find(TokenId token) const {
  ART32_ASSIGN(
      std::vector<PersonalToken> found,
      select(
          "SELECT t.id, m.team, m.user_id, t.name, t.abilities, t.created_at, t.expires_at, t.last_used_at "
          "FROM personal_access_tokens t JOIN memberships m ON m.id = t.tokenable_id "
          "WHERE t.id = ? AND t.id > ? LIMIT ?",
          token.value, {}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

base::Result<std::vector<PersonalToken>> PersonalTokens::select(std::string_view sql, const store::Value& key,
                                                                TokenId after) const {
  std::vector<PersonalToken> tokens;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query(
      sql, {key, after.value, std::int64_t{base::limits::identity_page_rows}}, [&](const store::Row& row) {
        std::optional<Abilities> abilities = parse_abilities(row.is_null(4) ? "null" : row.text(4));
        if (!abilities)
          trouble = failure(ErrorCode::corrupt,
                            fmt::format("the database holds no abilities for token {}", row.integer(0)),
                            "revoke it, or restore the database from a backup");
        tokens.push_back({TokenId(row.integer(0)),
                          {{row.text(1)}, UserId(row.integer(2))},
                          row.text(3),
                          std::move(abilities).value_or(Abilities()),
                          read_instant(row, 5, trouble),
                          read_optional_instant(row, 6, trouble),
                          read_optional_instant(row, 7, trouble)});
      }));
  ART32_CHECKED(trouble);
  return tokens;
}

// Within a change. Returns its record.
base::Result<std::string> PersonalTokens::delete_row(TokenId token, std::string_view reported_by) {
  Member member;
  ART32_CHECKED(store_.database.query(
      "SELECT m.team, m.user_id FROM personal_access_tokens t JOIN memberships m ON m.id = t.tokenable_id "
      "WHERE t.id = ?",
      {token.value}, [&member](const store::Row& row) {
        member = {{row.text(0)}, UserId(row.integer(1))};
      }));
  if (member.user == UserId()) return no_token(token);
  ART32_CHECKED(store_.database.run("DELETE FROM personal_access_tokens WHERE id = ?", {token.value}));
  const std::string reporter =
      reported_by.empty() ? std::string() : fmt::format(R"("reported_by":{},)", json_string(reported_by));
  return fmt::format(R"({{"event":"user-token-revoked",{}"team":{},"token":{},"user":{}}})", reporter,
                     json_string(member.team.value), token.value, member.user.value);
}

Status PersonalTokens::revoke(TokenId token) {
  crypto::Digest digest{};
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.query("SELECT token FROM personal_access_tokens WHERE id = ?",
                                        {token.value},
                                        [&](const store::Row& row) { digest = digest_of(row.text(0)); }));
    return delete_row(token, {});
  });
  cache_.forget(digest);
  return changed;
}

Status PersonalTokens::expire(TokenId token, base::Instant at) {
  if (!is_storable(at))
    return failure(ErrorCode::invalid_argument, "a token can't expire then",
                   "choose a time before the year 10000");
  crypto::Digest digest{};
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.query("SELECT token FROM personal_access_tokens WHERE id = ?",
                                        {token.value},
                                        [&](const store::Row& row) { digest = digest_of(row.text(0)); }));
    ART32_CHECKED(store_.database.run(
        "UPDATE personal_access_tokens SET expires_at = ?, updated_at = ? "
        "WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)",
        {base::rfc3339(at), base::rfc3339(store_.clock.now()), token.value, base::rfc3339(at)}));
    if (store_.database.changes() == 0)
      return failure(ErrorCode::not_found,
                     fmt::format("there is no token {} that expires later than that", token.value),
                     "list the user's tokens for those there are");
    return fmt::format(R"({{"event":"user-token-expires","expires":{},"token":{}}})",
                       json_string(base::rfc3339(at)), token.value);
  });
  cache_.forget(digest);
  return changed;
}

base::Result<std::size_t> PersonalTokens::revoke_all(UserId user) {
  std::size_t count = 0;
  while (true) {
    ART32_ASSIGN(
        const std::size_t deleted,
        delete_where("SELECT t.id FROM personal_access_tokens t "
                     "JOIN memberships m ON m.id = t.tokenable_id WHERE m.user_id = ? LIMIT ?",
                     {user.value, std::int64_t{base::limits::token_change_rows}}, "user-tokens-revoked"));
    count += deleted;
    if (deleted < base::limits::token_change_rows) return count;
  }
}

base::Result<std::size_t> PersonalTokens::prune(base::Instant expired_before) {
  const std::int64_t life = life_minutes_;
  const std::string before = base::rfc3339(expired_before);
  if (life == 0)
    return delete_where("SELECT id FROM personal_access_tokens WHERE expires_at <= ? LIMIT ?",
                        {before, std::int64_t{base::limits::token_change_rows}}, "user-tokens-pruned");
  return delete_where(
      "SELECT id FROM personal_access_tokens WHERE expires_at <= ? OR created_at <= ? LIMIT ?",
      {before, base::rfc3339(expired_before - std::chrono::minutes(life)),
       std::int64_t{base::limits::token_change_rows}},
      "user-tokens-pruned");
}

base::Result<std::size_t> PersonalTokens::delete_where(std::string_view sql,
                                                       const std::vector<store::Value>& values,
                                                       std::string_view event) {
  std::vector<std::int64_t> ids;
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(
        store_.database.query(sql, values, [&ids](const store::Row& row) { ids.push_back(row.integer(0)); }));
    if (ids.empty()) return failure(ErrorCode::not_found, "there is nothing to revoke");
    std::ranges::sort(ids);
    for (const std::int64_t id : ids)
      ART32_CHECKED(store_.database.run("DELETE FROM personal_access_tokens WHERE id = ?", {id}));
    return fmt::format(R"({{"event":"{}","tokens":[{}]}})", event, fmt::join(ids, ","));
  });
  if (ids.empty() && !changed && changed.error().code == ErrorCode::not_found) return 0U;
  cache_.clear();
  ART32_CHECKED(changed);
  return ids.size();
}

}  // namespace art32::identity
