// Customers' API tokens, in Laravel Sanctum 4's form and table. A token is of a user in a team:
// a look-up yields what a claim is made from. Machine accounts' tokens are accounts.h.
//
// Clients hold "id|token", token as in crypto/api_token.h; stored is its SHA-256. It is shown
// once, at issue. Looked up with its id and compared in constant time, or without, by its digest.
// It ends at its own expiry, or once older than the life of all tokens, whichever is first:
// at that very microsecond, where Sanctum's ends right after. last_used_at is
// written later, together with others'; as in Sanctum updated_at goes with it.
// Changes are in the ledger, without the token: the record is durable before its change is
// committed, and where it can't be, nothing changes; uses aren't. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "crypto/api_token.h"
#include "identity/abilities.h"
#include "identity/ids.h"
#include "identity/sealed_change.h"
#include "identity/token_cache.h"
#include "identity/token_uses.h"

namespace art32::identity {

struct IssuedToken {
  TokenId id;
  base::Secret shown;  // "id|token", once
};

struct PersonalToken {
  TokenId id;
  Member member;
  std::string name;
  Abilities abilities;
  base::Instant created;
  std::optional<base::Instant> expires;
  std::optional<base::Instant> last_used;
};

// What became of a token that somebody else found: `live` and `ended` ones are now revoked.
enum class FoundToken { unknown, live, ended };

class PersonalTokens {
 public:
  // Tokens issued here begin with `prefix`, by which scanners know them: crypto::is_api_token_prefix.
  PersonalTokens(const SealedStore& store, TokenCache& cache, std::string_view prefix);
  // Table `personal_access_tokens` with Sanctum's ten columns; tokenable is a membership. Needs
  // that of memberships. Times are RFC 3339 text. `removed_personal_access_tokens` keeps number and
  // SHA-256 of those that are gone, so that an import doesn't bring them back.
  static std::vector<store::Migration> migrations();

  // The life of all tokens, from created_at, at most a hundred years; nothing: they end by their own expiry
  // alone.
  void set_life(std::optional<std::chrono::minutes> life);

  // Its name is 1 to limits::token_name_octets of UTF-8 without controls. `invalid_argument`,
  // `not_found` where the user isn't in the team.
  base::Result<IssuedToken> issue(const Member& member, std::string_view name, const Abilities& abilities,
                                  std::optional<base::Instant> expires);
  // By id, those after `after`, at most limits::identity_page_rows.
  base::Result<std::vector<PersonalToken>> list(const model::TeamId& team, TokenId after = {}) const;
  base::Result<std::vector<PersonalToken>> list(UserId user, TokenId after = {}) const;
  base::Result<std::optional<PersonalToken>> find(TokenId token) const;

  base::Status revoke(TokenId token);                             // `not_found`
  base::Status expire(TokenId token, base::Instant at);           // sooner than before; `not_found`
  base::Result<std::size_t> revoke_all(UserId user);              // how many; none is no failure
  base::Result<std::size_t> prune(base::Instant expired_before);  // at most limits::token_change_rows

  // Nothing where it is refused, whatever the reason; an error where it can't be told.
  base::Result<std::optional<TokenHolder>> look_up(std::string_view presented);
  // Of a token that was accepted before, by its number: nothing where it wouldn't be now.
  base::Result<std::optional<TokenHolder>> find_live(TokenId token) const;
  // Whether look_up() would ask the database, and so may wait for it.
  bool needs_database(std::string_view presented) const;
  // `source` says where it was found, for the record: 1 to 64 octets.
  base::Result<FoundToken> revoke_found(std::string_view presented, std::string_view source);

  // Writes the uses that wait when there are limits::token_uses_batch of them, or the last time is
  // limits::token_uses_wait ago. Call it every second or so; how many were written. What couldn't
  // be written waits on.
  base::Result<std::size_t> flush(base::Instant now);
  base::Result<std::size_t> flush_all();  // before the end
  const TokenUses& uses() const { return uses_; }

 private:
  struct FoundRow;
  std::optional<crypto::PresentedToken> parse(std::string_view presented) const;
  bool is_made_up(const crypto::PresentedToken& presented) const;
  // Under the database's mutex, as are those below.
  base::Result<std::optional<FoundRow>> read_row(const crypto::PresentedToken& presented,
                                                 const crypto::Digest& digest) const;
  base::Result<std::optional<FoundRow>> read_row_where(std::string_view condition, const store::Value& key,
                                                       const crypto::Digest* digest) const;
  base::Result<std::int64_t> membership_of(const Member& member) const;
  base::Result<std::string> delete_row(TokenId token, std::string_view reported_by);
  // Each takes the mutex itself.
  base::Result<std::vector<PersonalToken>> select(std::string_view sql, const store::Value& key,
                                                  TokenId after) const;
  base::Result<std::size_t> delete_where(std::string_view sql, const std::vector<store::Value>& values,
                                         std::string_view event);
  base::Status write_uses(const std::vector<TokenUses::Use>& uses);
  bool has_ended(const KnownToken& token, base::Instant now) const;

  SealedStore store_;
  TokenCache& cache_;
  const std::string prefix_;
  std::atomic<std::int64_t> life_minutes_{0};  // 0: for ever
  TokenUses uses_;
  std::atomic<base::Instant::rep> flushed_{0};
};

}  // namespace art32::identity
