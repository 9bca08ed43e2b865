#include <fmt/core.h>

#include "base/log.h"
#include "crypto/password.h"
#include "identity/users.h"

namespace art32::identity {
namespace {

// A hash of cost c takes twice as long as one of c - 1. A wrong password checked with a hash of an
// older, lower cost therefore takes as long as one of today's when it is checked with decoys of
// that cost, the next, and so on up to the one before today's: 2^c + (2^c + ... + 2^(today - 1)).
void spend_what_is_missing(std::string_view password, int cost, int todays) {
  for (; cost < todays; ++cost)
    static_cast<void>(crypto::verify_password(password, crypto::decoy_password_hash(cost)));
}

}  // namespace

struct Users::StoredPassword {
  UserId user;  // 0: of none, its hash is a decoy
  std::string hash;
  bool is_disabled = false;
};

base::Result<Users::StoredPassword> Users::password_to_check(const std::string& login) const {
  StoredPassword stored;
  {
    const std::lock_guard lock(store_.mutex);
    ART32_CHECKED(store_.database.query(
        "SELECT id, password, disabled_at IS NOT NULL FROM users WHERE login = ? AND password IS NOT NULL",
        {login}, [&stored](const store::Row& row) {
          stored = {UserId(row.integer(0)), row.text(1), row.integer(2) != 0};
        }));
  }
  if (stored.hash.empty()) stored.hash = crypto::decoy_password_hash(bcrypt_cost_);
  return stored;
}

bool Users::expects(std::string_view login, std::string_view peer) const {
  const std::optional<std::string> normal = normal_login(login);
  return normal && attempts_.standing(peer, *normal) == Attempts::Standing::expected;
}

base::Result<UserSignIn> Users::sign_in(std::string_view login, std::string_view password,
                                        std::string_view peer) {
  using Answer = UserSignIn::Answer;
  const std::optional<std::string> normal = normal_login(login);
  if (!normal) return UserSignIn{};  // of nobody, and says so to nobody who didn't know
  const std::optional<Attempts::Standing> paid = attempts_.begin(peer, *normal);
  if (!paid) return UserSignIn{Answer::too_many, {}};
  ART32_ASSIGN(const StoredPassword stored, password_to_check(*normal));
  const int todays = bcrypt_cost_;
  const int cost = crypto::bcrypt_cost(stored.hash).value_or(0);
  const bool fits = crypto::verify_password(password, stored.hash) && stored.user != UserId();
  if (!fits || stored.is_disabled) {
    spend_what_is_missing(password, cost, todays);
    return UserSignIn{};
  }
  attempts_.succeed(peer, *normal, *paid);
  if (cost < todays) hash_anew(stored, password);
  return UserSignIn{Answer::accepted, stored.user};
}

// A sign-in with the right password goes on whether or not this works: the next one tries again.
void Users::hash_anew(const StoredPassword& stored, std::string_view password) {
  const base::Status changed =
      crypto::hash_password(password, bcrypt_cost_).and_then([&](const std::string& stronger) {
        return store_.change([&]() -> base::Result<std::string> {
          // Only where the password is still the one that was checked.
          ART32_CHECKED(store_.database.run(
              "UPDATE users SET password = ?, updated_at = ? WHERE id = ? AND password = ?",
              {stronger, base::rfc3339(store_.clock.now()), stored.user.value, stored.hash}));
          if (store_.database.changes() == 0)
            return base::failure(base::ErrorCode::conflict, "the password was changed meanwhile");
          return fmt::format(R"({{"event":"user-password-rehashed","user":{}}})", stored.user.value);
        });
      });
  if (!changed && changed.error().code != base::ErrorCode::conflict)
    base::log_warning("password not hashed anew", {{"error", changed.error().message()}});
}

}  // namespace art32::identity
