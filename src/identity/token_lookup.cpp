#include <fmt/core.h>

#include <limits>

#include "crypto/mac.h"
#include "identity/personal_tokens.h"

namespace art32::identity {
namespace {

using base::Status;

constexpr std::size_t most_id_letters = 20;  // and the pipe: 2^63 has 19

constexpr std::string_view row_where =
    "SELECT t.id, t.token, m.team, m.user_id, t.name, t.abilities, t.created_at, t.expires_at, "
    "users.disabled_at IS NULL AND teams.deleted_at IS NULL FROM personal_access_tokens t "
    "JOIN memberships m ON m.id = t.tokenable_id JOIN users ON users.id = m.user_id "
    "JOIN teams ON teams.id = m.team WHERE ";

}  // namespace

struct PersonalTokens::FoundRow {
  std::shared_ptr<KnownToken> token;
  bool is_let_in = false;  // neither is the user disabled nor the team removed
};

bool PersonalTokens::has_ended(const KnownToken& token, base::Instant now) const {
  const std::chrono::minutes life(life_minutes_.load());
  return (token.expires && now >= *token.expires) || (life.count() != 0 && now - token.created >= life);
}

std::optional<crypto::PresentedToken> PersonalTokens::parse(std::string_view presented) const {
  if (presented.size() > base::limits::token_octets + most_id_letters) return std::nullopt;
  std::optional<crypto::PresentedToken> parsed = crypto::parse_api_token(presented);
  if (!parsed || parsed->token.size() > base::limits::token_octets ||
      parsed->id > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    return std::nullopt;
  return parsed;
}

// Or mistyped: no token of this form was ever issued, nor has Sanctum any with a prefix.
bool PersonalTokens::is_made_up(const crypto::PresentedToken& presented) const {
  return !prefix_.empty() && presented.token.starts_with(prefix_) &&
         !crypto::is_api_token_form(presented.token, prefix_);
}

bool PersonalTokens::needs_database(std::string_view presented) const {
  const std::optional<crypto::PresentedToken> parsed = parse(presented);
  return parsed && cache_.find(crypto::sha256(base::as_bytes(parsed->token))) == nullptr &&
         !is_made_up(*parsed);
}

base::Result<std::optional<PersonalTokens::FoundRow>> PersonalTokens::read_row(
    const crypto::PresentedToken& presented, const crypto::Digest& digest) const {
  if (is_made_up(presented)) return std::nullopt;
  if (presented.id) return read_row_where("t.id = ?", static_cast<std::int64_t>(*presented.id), &digest);
  return read_row_where("t.token = ?", base::hex(digest), &digest);
}

// Without a digest the token was compared before.
base::Result<std::optional<PersonalTokens::FoundRow>> PersonalTokens::read_row_where(
    std::string_view condition, const store::Value& key, const crypto::Digest* digest) const {
  std::optional<FoundRow> found;
  Status trouble;
  ART32_CHECKED(store_.database.query(
      std::string(row_where) + std::string(condition), {key}, [&](const store::Row& row) {
        if (digest != nullptr &&
            !crypto::equal_constant_time(base::as_bytes(row.text(1)), base::as_bytes(base::hex(*digest))))
          return;
        std::optional<Abilities> abilities = parse_abilities(row.is_null(5) ? "null" : row.text(5));
        if (!abilities)
          trouble = base::failure(base::ErrorCode::corrupt,
                                  fmt::format("the database holds no abilities for token {}", row.integer(0)),
                                  "revoke it, or restore the database from a backup");
        found =
            FoundRow{std::make_shared<KnownToken>(KnownToken{digest != nullptr ? *digest : crypto::Digest(),
                                                             {TokenId(row.integer(0)),
                                                              {{row.text(2)}, UserId(row.integer(3))},
                                                              row.text(4),
                                                              std::move(abilities).value_or(Abilities())},
                                                             read_instant(row, 6, trouble),
                                                             read_optional_instant(row, 7, trouble)}),
                     row.integer(8) != 0};
      }));
  ART32_CHECKED(trouble);
  return found;
}

base::Result<std::optional<TokenHolder>> PersonalTokens::find_live(TokenId token) const {
  const std::lock_guard lock(store_.mutex);
  ART32_ASSIGN(const std::optional<FoundRow> found, read_row_where("t.id = ?", token.value, nullptr));
  if (!found || !found->is_let_in || has_ended(*found->token, store_.clock.now())) return std::nullopt;
  return found->token->holder;
}

base::Result<std::optional<TokenHolder>> PersonalTokens::look_up(std::string_view presented) {
  const std::optional<crypto::PresentedToken> parsed = parse(presented);
  if (!parsed) return std::nullopt;
  const crypto::Digest digest = crypto::sha256(base::as_bytes(parsed->token));
  std::shared_ptr<const KnownToken> token = cache_.find(digest);
  if (token == nullptr) {
    const std::lock_guard lock(store_.mutex);
    ART32_ASSIGN(const std::optional<FoundRow> found, read_row(*parsed, digest));
    if (!found || !found->is_let_in) return std::nullopt;
    token = found->token;
    cache_.put(token);  // still under the mutex: see token_cache.h
  }
  if (parsed->id && *parsed->id != static_cast<std::uint64_t>(token->holder.token.value)) return std::nullopt;
  const base::Instant now = store_.clock.now();
  if (has_ended(*token, now)) return std::nullopt;
  uses_.note(token->holder.token, now);
  return token->holder;
}

base::Result<FoundToken> PersonalTokens::revoke_found(std::string_view presented, std::string_view source) {
  if (!is_line_of_text(source, 64))
    return base::failure(base::ErrorCode::invalid_argument, "who reports a token is named by 1 to 64 octets");
  const std::optional<crypto::PresentedToken> parsed = parse(presented);
  if (!parsed) return FoundToken::unknown;
  const crypto::Digest digest = crypto::sha256(base::as_bytes(parsed->token));
  FoundToken answer = FoundToken::unknown;
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_ASSIGN(const std::optional<FoundRow> found, read_row(*parsed, digest));
    if (!found) return base::failure(base::ErrorCode::not_found, "no such token");
    const bool is_live = found->is_let_in && !has_ended(*found->token, store_.clock.now());
    answer = is_live ? FoundToken::live : FoundToken::ended;
    return delete_row(found->token->holder.token, source);
  });
  cache_.forget(digest);
  if (answer != FoundToken::unknown || (!changed && changed.error().code != base::ErrorCode::not_found))
    ART32_CHECKED(changed);
  return answer;
}

base::Result<std::size_t> PersonalTokens::flush(base::Instant now) {
  const base::Instant last{base::Instant::duration(flushed_.load())};
  const bool is_due = now < last || now - last >= base::limits::token_uses_wait;
  if (!is_due && uses_.waiting() < base::limits::token_uses_batch) return 0U;
  flushed_ = now.time_since_epoch().count();
  return flush_all();
}

base::Result<std::size_t> PersonalTokens::flush_all() {
  std::size_t written = 0;
  // Those that wait now: look-ups go on meanwhile, and take the mutex between two batches.
  const std::size_t waiting = uses_.waiting();
  while (written < waiting) {
    const std::vector<TokenUses::Use> uses = uses_.take(base::limits::token_uses_batch);
    if (uses.empty()) break;
    if (const Status status = write_uses(uses); !status) {
      uses_.put_back(uses);
      return tl::unexpected(status.error().within("last uses of tokens"));
    }
    written += uses.size();
  }
  return written;
}

// Not a change that the ledger keeps.
Status PersonalTokens::write_uses(const std::vector<TokenUses::Use>& uses) {
  const std::lock_guard lock(store_.mutex);
  return store_.database.transaction([&]() -> Status {
    for (const auto& [token, at] : uses)
      ART32_CHECKED(store_.database.run(
          "UPDATE personal_access_tokens SET last_used_at = ?, updated_at = ? WHERE id = ?",
          {base::rfc3339(at), base::rfc3339(at), token.value}));
    return {};
  });
}

}  // namespace art32::identity
