// Machine accounts: programs, such as a monitoring system or the application itself, that call
// protected addresses with a password or an API token.
//
// Each may do one thing: read /metrics, manage customers by the JSON API (api/api.h) and read their trail
// there, or read the trail alone, there and on the operators' pages. Who may
// manage customers reads no metrics: an application that is broken into shows no more than it
// needs, and a scraper's token, which stands in many a configuration, opens no user's account.
//
// Passwords are stored as bcrypt at the annex's cost and hashed anew at login
// when that rises; tokens are stored as SHA-256 and shown once, at issue. Every
// change is in the ledger, without the secret: the record is durable before the
// change is committed, and where it can't be, nothing changes. Calls are
// serialised on the database's mutex, hashing done outside it; any thread;
// checking blocks for tens of milliseconds.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/api_token.h"
#include "identity/attempts.h"
#include "identity/refusal_counts.h"
#include "model/evidence.h"
#include "store/database.h"

namespace art32::identity {

enum class May { metrics, customers, trail };
std::string_view name(May may);
std::optional<May> parse_may(std::string_view word);

struct Account {
  std::string name;
  May may = May::metrics;
  bool has_password = false;
  base::Instant created;
};

struct TokenFacts {
  std::int64_t id = 0;
  std::string account;
  std::string name;
  base::Instant created;
  std::optional<base::Instant> expires;
};

struct SignIn {
  enum class Answer { accepted, refused, too_many };
  Answer answer = Answer::refused;
  std::string account;     // when accepted
  May may = May::metrics;  // what it may do then
};

// What it takes to check an Authorization header, for a server that keeps slow work apart.
enum class CheckCost { none, lookup, hash, expected_hash };

class Accounts {
 public:
  Accounts(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
           const base::Clock& clock, int bcrypt_cost);
  // Tables `accounts` (name, password, created_at, may) and `api_tokens` (as Sanctum's
  // personal_access_tokens: id, account, name, token, abilities, last_used_at,
  // expires_at, created_at); times are RFC 3339 text.
  static std::vector<store::Migration> migrations();

  void set_bcrypt_cost(int cost);  // the annex changed

  // A name is 1 to 64 of a-z A-Z 0-9 . _ -, the first a letter or digit.
  // `invalid_argument`, `already_exists`.
  base::Status add(std::string_view name, May may = May::metrics);
  base::Status remove(std::string_view name);  // and its tokens; `not_found`
  base::Status set_password(std::string_view name, std::string_view password);
  base::Result<std::vector<Account>> list() const;

  // "id|token", once. The token's name is 1 to 100 octets of UTF-8 without controls.
  base::Result<base::Secret> issue_token(std::string_view account, std::string_view token_name,
                                         std::optional<base::Instant> expires);
  base::Status revoke_token(std::int64_t id);
  base::Result<std::vector<TokenFacts>> tokens() const;

  // From an Authorization header ("Basic ..." or "Bearer ...") and the numeric address
  // it came from. Takes as long for an unknown account as for a wrong password while
  // any account has one. Wrong passwords are limited (attempts.h): past that
  // `too_many`, without a look at the password.
  SignIn authenticate(std::string_view authorization, std::string_view peer);
  CheckCost cost(std::string_view authorization, std::string_view peer) const;  // doesn't block
  // Refusals since the last time, one line a minute about each peer. Call it now and then.
  void log_refusals();

 private:
  // Runs `work` in a transaction, seals the record it returns, then commits.
  base::Status change(const std::function<base::Result<std::string>()>& work);
  SignIn check_limited(std::string_view name, std::string_view password, std::string_view peer);
  SignIn check_password(std::string_view name, std::string_view password);
  struct StoredPassword;
  base::Result<StoredPassword> password_to_check(std::string_view name) const;
  void hash_anew(std::string_view name, std::string_view password, const std::string& stored);
  SignIn check_token(std::string_view presented);
  struct StoredToken;
  std::optional<StoredToken> find_token(const crypto::PresentedToken& presented) const;
  void note_use(const StoredToken& token);

  store::Database& database_;
  std::mutex& database_mutex_;
  model::EvidenceSink& sink_;
  const base::Clock& clock_;
  std::atomic<int> bcrypt_cost_;
  Attempts attempts_;
  RefusalCounts refusals_;
};

}  // namespace art32::identity
