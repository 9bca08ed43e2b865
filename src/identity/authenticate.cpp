#include <fmt/core.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/password.h"
#include "identity/accounts.h"
#include "identity/authorization.h"

namespace art32::identity {
namespace {

constexpr auto last_used_resolution = std::chrono::minutes(1);

// Who may do what we don't know may do nothing.
SignIn accepted(std::string account, std::string_view may_word) {
  const std::optional<May> may = parse_may(may_word);
  if (may) return {SignIn::Answer::accepted, std::move(account), *may};
  base::log_error("the database doesn't say what an account may do", {{"account", account}});
  return {};
}

}  // namespace

struct Accounts::StoredPassword {
  std::string hash;       // empty: no account has a password, so none is worth hashing
  bool is_decoy = false;  // of no account: hashed all the same, and refused
  std::string may;
};

struct Accounts::StoredToken {
  std::int64_t id = 0;
  std::string account;
  std::string may;
  std::string hash;
  std::optional<std::string> expires;
  std::optional<std::string> last_used;
};

SignIn Accounts::authenticate(std::string_view authorization, std::string_view peer) {
  const std::optional<Credentials> credentials = parse_authorization(authorization);
  if (!credentials) return {};
  SignIn result;
  if (const auto* basic = std::get_if<BasicCredentials>(&*credentials)) {
    result = check_limited(basic->name, basic->password.text(), peer);
  } else {
    result = check_token(std::get<BearerCredentials>(*credentials).token.text());
  }
  if (result.answer != SignIn::Answer::accepted)
    refusals_.add(peer, result.answer == SignIn::Answer::refused ? Refusal::wrong : Refusal::unchecked);
  log_refusals();
  return result;
}

CheckCost Accounts::cost(std::string_view authorization, std::string_view peer) const {
  const std::optional<Credentials> credentials = parse_authorization(authorization);
  if (!credentials) return CheckCost::none;
  const auto* basic = std::get_if<BasicCredentials>(&*credentials);
  if (basic == nullptr) return CheckCost::lookup;
  return attempts_.standing(peer, basic->name) == Attempts::Standing::expected ? CheckCost::expected_hash
                                                                               : CheckCost::hash;
}

void Accounts::log_refusals() {
  for (const RefusalLine& line : refusals_.take_due())
    base::log_warning("sign-ins refused", {{"peer", line.peer},
                                           {"wrong", std::to_string(line.wrong)},
                                           {"unchecked", std::to_string(line.unchecked)}});
}

SignIn Accounts::check_limited(std::string_view name, std::string_view password, std::string_view peer) {
  // No account's name, so nothing to hash for, nor to remember.
  if (name.empty() || name.size() > base::limits::account_name_octets) return {};
  const std::optional<Attempts::Standing> paid = attempts_.begin(peer, name);
  if (!paid) return {SignIn::Answer::too_many, {}};
  SignIn checked = check_password(name, password);
  if (checked.answer == SignIn::Answer::accepted) attempts_.succeed(peer, name, *paid);
  return checked;
}

base::Result<Accounts::StoredPassword> Accounts::password_to_check(std::string_view name) const {
  StoredPassword stored;
  bool any = false;
  const std::lock_guard lock(database_mutex_);
  ART32_CHECKED(database_.query("SELECT password, may FROM accounts WHERE name = ?", {std::string(name)},
                                [&stored](const store::Row& row) {
                                  stored.hash = row.text(0);
                                  stored.may = row.text(1);
                                }));
  if (!stored.hash.empty()) return stored;
  ART32_CHECKED(database_.query("SELECT 1 FROM accounts WHERE password IS NOT NULL LIMIT 1", {},
                                [&any](const store::Row&) { any = true; }));
  return any ? StoredPassword{crypto::decoy_password_hash(bcrypt_cost_), true, {}} : StoredPassword{};
}

SignIn Accounts::check_password(std::string_view name, std::string_view password) {
  const base::Result<StoredPassword> stored = password_to_check(name);
  if (!stored) {
    base::log_error("account not read", {{"error", stored.error().message()}});
    return {};
  }
  const bool fits = !stored->hash.empty() && crypto::verify_password(password, stored->hash);
  if (!fits || stored->is_decoy) return {};
  if (crypto::bcrypt_cost(stored->hash).value_or(0) < bcrypt_cost_) hash_anew(name, password, stored->hash);
  return accepted(std::string(name), stored->may);
}

// A login with the right password goes on whether or not this works: the next
// one tries again.
void Accounts::hash_anew(std::string_view name, std::string_view password, const std::string& stored) {
  const base::Status changed =
      crypto::hash_password(password, bcrypt_cost_).and_then([&](const std::string& stronger) {
        return change([&]() -> base::Result<std::string> {
          // Only where the password is still the one that was checked.
          ART32_CHECKED(database_.run("UPDATE accounts SET password = ? WHERE name = ? AND password = ?",
                                      {stronger, std::string(name), stored}));
          if (database_.changes() == 0)
            return base::failure(base::ErrorCode::conflict, "the password was changed meanwhile");
          return fmt::format(R"({{"account":{},"event":"password-rehashed"}})", base::json_string(name));
        });
      });
  if (!changed && changed.error().code != base::ErrorCode::conflict)
    base::log_warning("password not hashed anew", {{"error", changed.error().message()}});
}

std::optional<Accounts::StoredToken> Accounts::find_token(const crypto::PresentedToken& presented) const {
  constexpr std::string_view by_id =
      "SELECT id, account, may, token, expires_at, last_used_at "
      "FROM api_tokens JOIN accounts ON accounts.name = account WHERE id = ?";
  constexpr std::string_view by_hash =
      "SELECT id, account, may, token, expires_at, last_used_at "
      "FROM api_tokens JOIN accounts ON accounts.name = account WHERE token = ?";
  const store::Value key = presented.id ? store::Value(static_cast<std::int64_t>(*presented.id))
                                        : store::Value(crypto::api_token_hash(presented.token));
  const auto text = [](const store::Row& row, int column) {
    return row.is_null(column) ? std::optional<std::string>() : row.text(column);
  };
  std::optional<StoredToken> found;
  const std::lock_guard lock(database_mutex_);
  const base::Status status =
      database_.query(presented.id ? by_id : by_hash, {key}, [&](const store::Row& row) {
        found =
            StoredToken{row.integer(0), row.text(1), row.text(2), row.text(3), text(row, 4), text(row, 5)};
      });
  if (status) return found;
  base::log_error("token not read", {{"error", status.error().message()}});
  return std::nullopt;
}

SignIn Accounts::check_token(std::string_view presented) {
  const std::optional<crypto::PresentedToken> parsed = crypto::parse_api_token(presented);
  if (!parsed) return {};
  const std::optional<StoredToken> stored = find_token(*parsed);
  // Without a row the comparison is made too, with what no token hashes to.
  const std::string hash = stored ? stored->hash : std::string(64, '0');
  if (!crypto::api_token_matches(parsed->token, hash) || !stored) return {};
  if (stored->expires) {
    const std::optional<base::Instant> expires = base::parse_rfc3339(*stored->expires);
    if (!expires || clock_.now() >= *expires) return {};
  }
  note_use(*stored);
  return accepted(stored->account, stored->may);
}

// At most once a minute: a write per request would have every reader wait for
// the disk. Not a change that the ledger keeps.
void Accounts::note_use(const StoredToken& token) {
  const base::Instant now = clock_.now();
  const std::optional<base::Instant> last =
      token.last_used ? base::parse_rfc3339(*token.last_used) : std::nullopt;
  if (last && *last <= now && now - *last < last_used_resolution) return;
  const std::lock_guard lock(database_mutex_);
  const base::Status noted =
      database_.run("UPDATE api_tokens SET last_used_at = ? WHERE id = ?", {base::rfc3339(now), token.id});
  if (!noted) base::log_warning("use of a token not noted", {{"error", noted.error().message()}});
}

}  // namespace art32::identity
