#include "identity/accounts.h"

#include <fmt/core.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "crypto/password.h"
#include "identity/sealed_change.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::json_string;
using base::Status;

constexpr std::string_view first_schema = R"sql(
CREATE TABLE accounts (
  name TEXT NOT NULL PRIMARY KEY,
  password TEXT,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- AUTOINCREMENT: the id of a revoked token never comes back.
CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
  name TEXT NOT NULL,
  token TEXT NOT NULL UNIQUE CHECK (length(token) = 64),
  abilities TEXT NOT NULL,
  last_used_at TEXT,
  expires_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX api_tokens_account ON api_tokens (account);
)sql";

// Accounts that were there read metrics, and go on with that alone.
constexpr std::string_view second_schema =
    "ALTER TABLE accounts ADD COLUMN may TEXT NOT NULL DEFAULT 'metrics';";

constexpr std::pair<May, std::string_view> may_words[] = {
    {May::metrics, "metrics"}, {May::customers, "customers"}, {May::trail, "trail"}};

tl::unexpected<base::Error> no_account(std::string_view name) {
  return failure(ErrorCode::not_found, fmt::format("there is no account {}", json_string(name)),
                 "art32 account list shows those there are");
}

tl::unexpected<base::Error> unknown_may(std::string_view account) {
  return failure(ErrorCode::corrupt,
                 fmt::format("the database doesn't say what the account {} may do", json_string(account)),
                 "restore the database from a backup");
}

}  // namespace

std::string_view name(May may) {
  for (const auto& [known, word] : may_words)
    if (known == may) return word;
  return "nothing";
}

std::optional<May> parse_may(std::string_view word) {
  for (const auto& [may, known] : may_words)
    if (known == word) return may;
  return std::nullopt;
}

std::vector<store::Migration> Accounts::migrations() {
  return {{"identity", 1, first_schema}, {"identity", 2, second_schema}};
}

Accounts::Accounts(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
                   const base::Clock& clock, int bcrypt_cost)
    : database_(database),
      database_mutex_(database_mutex),
      sink_(sink),
      clock_(clock),
      bcrypt_cost_(bcrypt_cost),
      attempts_(clock),
      refusals_(clock) {}

void Accounts::set_bcrypt_cost(int cost) {
  bcrypt_cost_ = cost;
}

Status Accounts::change(const std::function<base::Result<std::string>()>& work) {
  return sealed_change(database_, database_mutex_, sink_, work);
}

Status Accounts::add(std::string_view name, May may) {
  if (!is_sign_in_name(name))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("{} is no name for an account", json_string(name)),
                   "use 1 to 64 of a-z A-Z 0-9 . _ -, the first a letter or digit");
  return change([&]() -> base::Result<std::string> {
    const std::string word(identity::name(may));
    const Status inserted = database_.run("INSERT INTO accounts (name, created_at, may) VALUES (?, ?, ?)",
                                          {std::string(name), base::rfc3339(clock_.now()), word});
    if (!inserted && inserted.error().code == ErrorCode::already_exists)
      return failure(ErrorCode::already_exists, fmt::format("there is an account \"{}\" already", name),
                     "choose another name, or remove that one first");
    ART32_CHECKED(inserted);
    return fmt::format(R"({{"account":{},"event":"account-added","may":"{}"}})", json_string(name), word);
  });
}

Status Accounts::remove(std::string_view name) {
  const Status changed = change([&]() -> base::Result<std::string> {
    ART32_CHECKED(database_.run("DELETE FROM accounts WHERE name = ?", {std::string(name)}));
    if (database_.changes() == 0) return no_account(name);
    return fmt::format(R"({{"account":{},"event":"account-removed"}})", json_string(name));
  });
  if (changed) attempts_.forget(name);
  return changed;
}

Status Accounts::set_password(std::string_view name, std::string_view password) {
  ART32_ASSIGN(const std::string stored, crypto::hash_password(password, bcrypt_cost_));
  const Status changed = change([&]() -> base::Result<std::string> {
    ART32_CHECKED(
        database_.run("UPDATE accounts SET password = ? WHERE name = ?", {stored, std::string(name)}));
    if (database_.changes() == 0) return no_account(name);
    return fmt::format(R"({{"account":{},"event":"password-set"}})", json_string(name));
  });
  if (changed) attempts_.expect(name);
  return changed;
}

base::Result<std::vector<Account>> Accounts::list() const {
  std::vector<Account> accounts;
  Status trouble;
  const std::lock_guard lock(database_mutex_);
  ART32_CHECKED(
      database_.query("SELECT name, may, password IS NOT NULL, created_at FROM accounts ORDER BY name", {},
                      [&](const store::Row& row) {
                        const std::optional<May> may = parse_may(row.text(1));
                        if (!may) trouble = unknown_may(row.text(0));
                        accounts.push_back({row.text(0), may.value_or(May::metrics), row.integer(2) != 0,
                                            read_instant(row, 3, trouble)});
                      }));
  ART32_CHECKED(trouble);
  return accounts;
}

base::Result<base::Secret> Accounts::issue_token(std::string_view account, std::string_view token_name,
                                                 std::optional<base::Instant> expires) {
  const base::Instant now = clock_.now();
  if (!is_line_of_text(token_name, base::limits::account_token_name_octets))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("{} is no name for a token", json_string(token_name)),
                   "use 1 to 100 octets of UTF-8 on one line");
  if (expires && *expires <= now)
    return failure(
        ErrorCode::invalid_argument,
        fmt::format("a token that expires at {} would never be valid", base::rfc3339_seconds(*expires)),
        "choose a time to come");
  const base::Secret token = crypto::make_api_token("art32_");
  const store::Value stored_expiry = expires ? store::Value(base::rfc3339(*expires)) : store::Value(nullptr);
  std::int64_t id = 0;
  const Status issued = change([&]() -> base::Result<std::string> {
    const Status inserted = database_.run(
        "INSERT INTO api_tokens (account, name, token, abilities, expires_at, created_at) VALUES (?, ?, ?, "
        "?, ?, ?)",
        {std::string(account), std::string(token_name), crypto::api_token_hash(token.text()), R"(["*"])",
         stored_expiry, base::rfc3339(now)});
    if (!inserted && inserted.error().code == ErrorCode::conflict) return no_account(account);
    ART32_CHECKED(inserted);
    id = database_.last_insert_id();
    return fmt::format(R"({{"account":{},"event":"token-issued","expires":{},"name":{},"token":{}}})",
                       json_string(account), expires ? json_string(base::rfc3339(*expires)) : "null",
                       json_string(token_name), id);
  });
  ART32_CHECKED(issued);
  return crypto::join_api_token(id, token);
}

Status Accounts::revoke_token(std::int64_t id) {
  return change([&]() -> base::Result<std::string> {
    std::string account;
    ART32_CHECKED(database_.query("SELECT account FROM api_tokens WHERE id = ?", {id},
                                  [&](const store::Row& row) { account = row.text(0); }));
    if (account.empty())
      return failure(ErrorCode::not_found, fmt::format("there is no token {}", id),
                     "art32 token list shows those there are");
    ART32_CHECKED(database_.run("DELETE FROM api_tokens WHERE id = ?", {id}));
    return fmt::format(R"({{"account":{},"event":"token-revoked","token":{}}})", json_string(account), id);
  });
}

base::Result<std::vector<TokenFacts>> Accounts::tokens() const {
  std::vector<TokenFacts> tokens;
  Status trouble;
  const std::lock_guard lock(database_mutex_);
  ART32_CHECKED(
      database_.query("SELECT id, account, name, created_at, expires_at FROM api_tokens ORDER BY id", {},
                      [&](const store::Row& row) {
                        TokenFacts facts{row.integer(0), row.text(1), row.text(2),
                                         read_instant(row, 3, trouble), std::nullopt};
                        if (!row.is_null(4)) facts.expires = read_instant(row, 4, trouble);
                        tokens.push_back(std::move(facts));
                      }));
  ART32_CHECKED(trouble);
  return tokens;
}

}  // namespace art32::identity
