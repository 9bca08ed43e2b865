#include "identity/users.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/password.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::Status;

constexpr std::string_view schema = R"sql(
-- AUTOINCREMENT: the id of a removed user never comes back.
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  login TEXT NOT NULL UNIQUE,
  password TEXT,
  disabled_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
)sql";

constexpr std::string_view columns = "SELECT id, login, password IS NOT NULL, created_at, disabled_at ";

User read_user(const store::Row& row, Status& trouble) {
  return {UserId(row.integer(0)), row.text(1), row.integer(2) != 0, read_instant(row, 3, trouble),
          read_optional_instant(row, 4, trouble)};
}

tl::unexpected<base::Error> no_user(UserId user) {
  return failure(ErrorCode::not_found,
                 fmt::format("there is no user {} for whom that can be done", user.value),
                 "list the users for those there are, and who is disabled");
}

std::string record(std::string_view event, UserId user) {
  return fmt::format(R"({{"event":"{}","user":{}}})", event, user.value);
}

bool is_letter_or_digit(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && is_letter_or_digit(label.front()) &&
         is_letter_or_digit(label.back()) &&
         std::ranges::all_of(label, [](char letter) { return is_letter_or_digit(letter) || letter == '-'; });
}

}  // namespace

// "A valid email address" of the HTML Standard (section 4.10.5.1.5), lower case.
std::optional<std::string> normal_login(std::string_view login) {
  if (login.size() > base::limits::user_login_octets) return std::nullopt;
  std::string normal(login);
  for (char& letter : normal)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  const std::size_t at = normal.find('@');
  if (at == 0 || at == std::string::npos) return std::nullopt;
  constexpr std::string_view other_letters = ".!#$%&'*+/=?^_`{|}~-";
  const std::string_view local = std::string_view(normal).substr(0, at);
  const bool is_local = std::ranges::all_of(local, [&](char letter) {
    return is_letter_or_digit(letter) || other_letters.find(letter) != std::string_view::npos;
  });
  const auto labels = base::split(std::string_view(normal).substr(at + 1), '.');
  if (!is_local || !std::ranges::all_of(labels, is_host_label)) return std::nullopt;
  return normal;
}

std::vector<store::Migration> Users::migrations() {
  return {{"users", 1, schema}};
}

Users::Users(const SealedStore& store, TokenCache& tokens, int bcrypt_cost)
    : store_(store), tokens_(tokens), bcrypt_cost_(bcrypt_cost), attempts_(store.clock) {}

void Users::set_bcrypt_cost(int cost) {
  bcrypt_cost_ = cost;
}

base::Result<std::string> insert_user(const SealedStore& store, std::string_view login, UserId& added) {
  const std::optional<std::string> normal = normal_login(login);
  if (!normal)
    return failure(ErrorCode::invalid_argument, "a user's login is an e-mail address",
                   "use one such as name@example.com");
  const std::string now = base::rfc3339(store.clock.now());
  const Status inserted = store.database.run(
      "INSERT INTO users (login, created_at, updated_at) VALUES (?, ?, ?)", {*normal, now, now});
  if (!inserted && inserted.error().code == ErrorCode::already_exists)
    return failure(ErrorCode::already_exists, "there is a user with this login already",
                   "choose another login, or add that user to the team");
  ART32_CHECKED(inserted);
  added = UserId(store.database.last_insert_id());
  return record("user-added", added);
}

base::Result<UserId> Users::add(std::string_view login) {
  UserId added;
  ART32_CHECKED(store_.change([&] { return insert_user(store_, login, added); }));
  return added;
}

Status Users::set_password(UserId user, std::string_view password) {
  ART32_CHECKED(check_password_length(password));
  ART32_ASSIGN(const std::string stored, crypto::hash_password(password, bcrypt_cost_));
  std::string login;
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.query("SELECT login FROM users WHERE id = ?", {user.value},
                                        [&login](const store::Row& row) { login = row.text(0); }));
    if (login.empty()) return no_user(user);
    ART32_CHECKED(store_.database.run("UPDATE users SET password = ?, updated_at = ? WHERE id = ?",
                                      {stored, base::rfc3339(store_.clock.now()), user.value}));
    return record("user-password-set", user);
  });
  ART32_CHECKED(changed);
  attempts_.expect(login);
  return {};
}

Status Users::disable(UserId user) {
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    const std::string now = base::rfc3339(store_.clock.now());
    ART32_CHECKED(store_.database.run(
        "UPDATE users SET disabled_at = ?, updated_at = ? WHERE id = ? AND disabled_at IS NULL",
        {now, now, user.value}));
    if (store_.database.changes() == 0) return no_user(user);
    return record("user-disabled", user);
  });
  tokens_.clear();
  return changed;
}

Status Users::enable(UserId user) {
  return store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.run(
        "UPDATE users SET disabled_at = NULL, updated_at = ? WHERE id = ? AND disabled_at IS NOT NULL",
        {base::rfc3339(store_.clock.now()), user.value}));
    if (store_.database.changes() == 0) return no_user(user);
    return record("user-enabled", user);
  });
}

Status Users::remove(UserId user) {
  std::string login;
  const Status changed = store_.change([&]() -> base::Result<std::string> {
    ART32_CHECKED(store_.database.query("SELECT login FROM users WHERE id = ?", {user.value},
                                        [&login](const store::Row& row) { login = row.text(0); }));
    if (login.empty()) return no_user(user);
    ART32_CHECKED(store_.database.run("DELETE FROM users WHERE id = ?", {user.value}));
    return record("user-removed", user);
  });
  tokens_.clear();
  if (changed) attempts_.forget(login);
  return changed;
}

base::Result<std::vector<User>> Users::list(UserId after) const {
  std::vector<User> users;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(
      store_.database.query(std::string(columns) + "FROM users WHERE id > ? ORDER BY id LIMIT ?",
                            {after.value, std::int64_t{base::limits::identity_page_rows}},
                            [&](const store::Row& row) { users.push_back(read_user(row, trouble)); }));
  ART32_CHECKED(trouble);
  return users;
}

base::Result<std::optional<User>> Users::find(UserId user) const {
  std::optional<User> found;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query(std::string(columns) + "FROM users WHERE id = ?", {user.value},
                                      [&](const store::Row& row) { found = read_user(row, trouble); }));
  ART32_CHECKED(trouble);
  return found;
}

base::Result<std::optional<User>> Users::find(std::string_view login) const {
  const std::optional<std::string> normal = normal_login(login);
  std::optional<User> found;
  if (!normal) return found;
  Status trouble;
  const std::lock_guard lock(store_.mutex);
  ART32_CHECKED(store_.database.query(std::string(columns) + "FROM users WHERE login = ?", {*normal},
                                      [&](const store::Row& row) { found = read_user(row, trouble); }));
  ART32_CHECKED(trouble);
  return found;
}

}  // namespace art32::identity
