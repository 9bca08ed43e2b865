// Customers' users: who signs in to the application with an e-mail address and a password.
// Not machine accounts (accounts.h), nor who signs in at the gateway (principals.h).
//
// Passwords are bcrypt at the annex's cost, hashed anew at sign-in when that rises, limited
// in tries (attempts.h). Records in the ledger name a user by number alone: who that is stands
// in the table, and goes with its row. A record is durable before its change is committed, and
// where it can't be, nothing changes. Any thread; passwords block for tens of milliseconds.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "identity/attempts.h"
#include "identity/ids.h"
#include "identity/sealed_change.h"
#include "identity/token_cache.h"

namespace art32::identity {

struct User {
  UserId id;
  std::string login;
  bool has_password = false;
  base::Instant created;
  std::optional<base::Instant> disabled;
};

struct UserSignIn {
  enum class Answer { accepted, refused, too_many };
  Answer answer = Answer::refused;
  UserId user;  // when accepted
};

class Users {
 public:
  Users(const SealedStore& store, TokenCache& tokens, int bcrypt_cost);
  // Table `users` (id, login, password, disabled_at, created_at, updated_at); needs no other.
  static std::vector<store::Migration> migrations();

  void set_bcrypt_cost(int cost);  // the annex changed

  // A login is an e-mail address of at most limits::user_login_octets, in the form that HTML's
  // <input type=email> takes; its case doesn't matter. `invalid_argument`, `already_exists`.
  base::Result<UserId> add(std::string_view login);
  // 12 characters at least, 72 octets at most, no NUL. `invalid_argument`, `not_found`.
  base::Status set_password(UserId user, std::string_view password);
  // Neither signs in nor has a token that is accepted, until enabled. `not_found`, also where
  // that is so already.
  base::Status disable(UserId user);
  base::Status enable(UserId user);
  base::Status remove(UserId user);  // with memberships and tokens; `not_found`

  // By id, those after `after`, at most limits::identity_page_rows.
  base::Result<std::vector<User>> list(UserId after = {}) const;
  base::Result<std::optional<User>> find(UserId user) const;
  base::Result<std::optional<User>> find(std::string_view login) const;

  // Takes as long for an unknown user, a disabled one and one without a password as for a wrong
  // password, and answers the same. `peer` is the numeric address it came from. Past too many
  // wrong ones `too_many`, without a look at the password. An error where it can't be told.
  base::Result<UserSignIn> sign_in(std::string_view login, std::string_view password, std::string_view peer);
  // Whether this login is likely to come with the right password from there (attempts.h), for a
  // server that keeps strangers' sign-ins apart. Doesn't block.
  bool expects(std::string_view login, std::string_view peer) const;

 private:
  struct StoredPassword;
  base::Result<StoredPassword> password_to_check(const std::string& login) const;
  void hash_anew(const StoredPassword& stored, std::string_view password);

  SealedStore store_;
  TokenCache& tokens_;
  std::atomic<int> bcrypt_cost_;
  Attempts attempts_;
};

// Within a change, for this room: adds the row and returns the record. `invalid_argument`, `already_exists`.
base::Result<std::string> insert_user(const SealedStore& store, std::string_view login, UserId& added);

// The form in which a login is stored and compared; nothing where it is no e-mail address.
std::optional<std::string> normal_login(std::string_view login);

}  // namespace art32::identity
