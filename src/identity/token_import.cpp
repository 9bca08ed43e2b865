#include "identity/token_import.h"

#include <fmt/core.h>

#include <map>

#include "base/json_text.h"
#include "base/limits.h"
#include "crypto/api_token.h"
#include "identity/abilities.h"
#include "identity/ids.h"
#include "identity/memberships.h"
#include "identity/teams.h"
#include "identity/users.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;
using base::Status;

// Ids stand as numbers in JSON, where they are exact below 2^53 (RFC 8785): room for as many to come.
constexpr std::int64_t largest_id = std::int64_t{1} << 52;

Status check_row(const TokenRow& row) {
  const auto refuse = [&row](std::string_view what) {
    return failure(ErrorCode::invalid_argument, fmt::format("token {}: {}", row.id, what),
                   "mend the row, or leave it out");
  };
  if (row.id < 1 || row.id > largest_id) return refuse("its id isn't from 1 to 2^52");
  if (!crypto::is_api_token_hash(row.token))
    return refuse("its token is no SHA-256 in lower-case hexadecimal");
  if (!is_line_of_text(row.name, base::limits::token_name_octets)) return refuse("its name can't be shown");
  const bool has_times = is_storable(row.created) && is_storable(row.updated) &&
                         is_storable(row.last_used.value_or(row.created)) &&
                         is_storable(row.expires.value_or(row.created));
  if (!has_times) return refuse("its times aren't of years with four digits");
  if (row.abilities && !parse_abilities(*row.abilities))
    return refuse("its abilities are no JSON array of texts");
  return {};
}

// One batch, within its change.
class Batch {
 public:
  Batch(const SealedStore& store, const FindHolder& find_holder) : store_(store), find_holder_(find_holder) {}

  Status take(const TokenRow& row);
  std::vector<std::string> records() &&;
  const Imported& imported() const { return imported_; }

 private:
  struct Holder {
    NamedMember name;  // the login in its normal form
    UserId user;
    std::int64_t membership = 0;  // once it is known
  };
  enum class Known { no, same, removed };

  Result<Holder*> holder_of(const TokenRow& row);
  Result<Known> known(const TokenRow& row, const Holder& holder) const;
  Status make_member(const TokenRow& row, Holder& holder);
  Status make_team(const TokenRow& row, const model::TeamId& team);
  Status insert(const TokenRow& row, const Holder& holder);
  Result<std::optional<std::int64_t>> number(std::string_view sql,
                                             const std::vector<store::Value>& values) const;

  const SealedStore& store_;
  const FindHolder& find_holder_;
  std::map<std::pair<std::string, std::string>, Holder> holders_;  // by type and id
  std::vector<std::string> made_;                                  // records of teams, users and memberships
  std::string tokens_;                                             // of the record of tokens
  Imported imported_;
};

std::string context(const TokenRow& row) {
  return fmt::format("token {}", row.id);
}

tl::unexpected<base::Error> contradiction(const TokenRow& row, const NamedMember& holder,
                                          const std::string& here) {
  return failure(
      ErrorCode::already_exists,
      fmt::format("token {} of team {} and {} contradicts what is here: {}", row.id,
                  base::json_string(holder.team.value), holder.login, here),
      "leave the row out (--table takes a view, too), or let --members name the same team and user");
}

Result<Batch::Holder*> Batch::holder_of(const TokenRow& row) {
  Holder& holder = holders_[{row.tokenable_type, row.tokenable_id}];
  if (!holder.name.login.empty()) return &holder;
  std::optional<NamedMember> named = find_holder_(row.tokenable_type, row.tokenable_id);
  if (!named)
    return failure(ErrorCode::not_found, context(row) + ": nobody is known for its holder",
                   "import the users first, or leave the row out");
  const std::optional<std::string> login = normal_login(named->login);
  if (!login)
    return failure(ErrorCode::invalid_argument,
                   fmt::format("{}: its holder's login is no e-mail address: {}", context(row), named->login),
                   "let --members give one such as name@example.com");
  holder.name = {std::move(named->team), *login};
  return &holder;
}

// By number and by SHA-256: each of them stands for one token.
Result<Batch::Known> Batch::known(const TokenRow& row, const Holder& holder) const {
  Known found = Known::no;
  std::string other;
  ART32_CHECKED(store_.database.query(
      "SELECT t.id, t.token, m.team, u.login FROM personal_access_tokens t "
      "JOIN memberships m ON m.id = t.tokenable_id JOIN users u ON u.id = m.user_id "
      "WHERE t.id = ? OR t.token = ?",
      {row.id, row.token}, [&](const store::Row& here) {
        const bool same_id = here.integer(0) == row.id, same_token = here.text(1) == row.token;
        const bool same_holder = here.text(2) == holder.name.team.value && here.text(3) == holder.name.login;
        found = Known::same;
        if (same_id && same_token && same_holder) return;
        other =
            fmt::format("token {} of team {} and {}, with {} SHA-256", here.integer(0),
                        base::json_string(here.text(2)), here.text(3), same_token ? "the same" : "another");
      }));
  if (!other.empty()) return contradiction(row, holder.name, other);
  ART32_CHECKED(store_.database.query(
      "SELECT token FROM removed_personal_access_tokens WHERE id = ?", {row.id}, [&](const store::Row& gone) {
        if (found == Known::same) return;
        found = Known::removed;
        if (gone.text(0) != row.token)
          other = fmt::format("token {} was another one, and was revoked", row.id);
      }));
  if (!other.empty()) return contradiction(row, holder.name, other);
  return found;
}

Result<std::optional<std::int64_t>> Batch::number(std::string_view sql,
                                                  const std::vector<store::Value>& values) const {
  std::optional<std::int64_t> found;
  ART32_CHECKED(
      store_.database.query(sql, values, [&found](const store::Row& row) { found = row.integer(0); }));
  return found;
}

Status Batch::make_team(const TokenRow& row, const model::TeamId& team) {
  ART32_ASSIGN(const auto is_removed,
               number("SELECT deleted_at IS NOT NULL FROM teams WHERE id = ?", {team.value}));
  if (is_removed == 1)
    return failure(ErrorCode::not_found,
                   fmt::format("{}: team {} was removed here", context(row), base::json_string(team.value)),
                   "leave its tokens out: a removed team doesn't come back");
  if (is_removed) return {};
  Result<std::string> record = insert_team(store_, team, team.value);
  if (!record) return tl::unexpected(record.error().within(context(row)));
  made_.push_back(std::move(*record));
  return {};
}

Status Batch::make_member(const TokenRow& row, Holder& holder) {
  if (holder.membership != 0) return {};
  ART32_CHECKED(make_team(row, holder.name.team));
  ART32_ASSIGN(const auto user, number("SELECT id FROM users WHERE login = ?", {holder.name.login}));
  if (user) {
    holder.user = UserId(*user);
  } else {
    ART32_ASSIGN(made_.emplace_back(), insert_user(store_, holder.name.login, holder.user));
  }
  ART32_ASSIGN(const auto membership, number("SELECT id FROM memberships WHERE team = ? AND user_id = ?",
                                             {holder.name.team.value, holder.user.value}));
  if (!membership) {
    ART32_ASSIGN(made_.emplace_back(), insert_member(store_, {holder.name.team, holder.user}));
  }
  holder.membership = membership.value_or(store_.database.last_insert_id());
  return {};
}

Status Batch::insert(const TokenRow& row, const Holder& holder) {
  ART32_CHECKED(store_.database.run(
      "INSERT INTO personal_access_tokens (id, tokenable_type, tokenable_id, name, token, abilities, "
      "last_used_at, expires_at, created_at, updated_at) VALUES (?, 'membership', ?, ?, ?, ?, ?, ?, ?, ?)",
      {row.id, holder.membership, row.name, row.token,
       row.abilities ? store::Value(*row.abilities) : store::Value(nullptr), stored_instant(row.last_used),
       stored_instant(row.expires), base::rfc3339(row.created), base::rfc3339(row.updated)}));
  tokens_ += fmt::format(R"({}{{"team":{},"token":{},"user":{}}})", tokens_.empty() ? "" : ",",
                         base::json_string(holder.name.team.value), row.id, holder.user.value);
  return {};
}

Status Batch::take(const TokenRow& row) {
  ART32_ASSIGN(Holder* const holder, holder_of(row));
  ART32_ASSIGN(const Known before, known(row, *holder));
  if (before == Known::same) ++imported_.there;
  if (before == Known::removed) ++imported_.removed;
  if (before != Known::no) return {};
  ART32_CHECKED(make_member(row, *holder));
  ART32_CHECKED(insert(row, *holder));
  ++imported_.taken;
  return {};
}

std::vector<std::string> Batch::records() && {
  if (!tokens_.empty())
    made_.push_back(R"({"event":"user-tokens-imported","tokens":[)" + std::move(tokens_) + "]}");
  return std::move(made_);
}

}  // namespace

Result<Imported> import_tokens(const SealedStore& store, std::span<const TokenRow> rows,
                               const FindHolder& find_holder, ImportMode mode) {
  if (rows.empty() || rows.size() > base::limits::token_change_rows)
    return failure(ErrorCode::invalid_argument, fmt::format("{} rows can't be imported at once", rows.size()),
                   fmt::format("import 1 to {}", base::limits::token_change_rows));
  for (const TokenRow& row : rows)
    ART32_CHECKED(check_row(row));
  Batch batch(store, find_holder);
  bool is_checked = false;
  const Status changed =
      sealed_changes(store.database, store.mutex, store.sink, [&]() -> Result<std::vector<std::string>> {
        for (const TokenRow& row : rows)
          ART32_CHECKED(batch.take(row));
        is_checked = true;
        if (mode == ImportMode::write) return std::move(batch).records();
        return failure(ErrorCode::conflict, "rolled back: only a check");
      });
  if (mode == ImportMode::write || !is_checked) ART32_CHECKED(changed);
  return batch.imported();
}

}  // namespace art32::identity
