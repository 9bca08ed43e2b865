#include "identity/principals.h"

#include <fmt/core.h>

#include "base/json_text.h"
#include "crypto/random.h"
#include "identity/sealed_change.h"

namespace art32::identity {
namespace {

using base::ErrorCode;
using base::failure;
using base::json_string;
using base::Status;

constexpr std::string_view schema = R"sql(
CREATE TABLE principals (
  name TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  through TEXT NOT NULL,
  verifier TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

tl::unexpected<base::Error> no_principal(std::string_view name) {
  return failure(ErrorCode::not_found, fmt::format("there is no principal {}", json_string(name)),
                 "art32 principal list shows those there are; those of art32.toml are changed there");
}

base::Result<std::string> new_verifier(std::string_view password) {
  ART32_CHECKED(check_password_length(password));
  ART32_ASSIGN(const auto verifier,
               pgwire::make_scram_verifier(password, crypto::random_bytes(pgwire::scram_usual_salt_octets)));
  return std::string(pgwire::format_scram_verifier(verifier).text());
}

}  // namespace

Principals::Principals(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
                       const base::Clock& clock)
    : database_(database), database_mutex_(database_mutex), sink_(sink), clock_(clock) {}

std::vector<store::Migration> Principals::migrations() {
  return {{"principals", 1, schema}};
}

Status Principals::change(const std::function<base::Result<std::string>()>& work) {
  return sealed_change(database_, database_mutex_, sink_, work);
}

Status Principals::add(std::string_view name, std::string_view kind, std::string_view through,
                       std::string_view password) {
  if (!is_sign_in_name(name))
    return failure(ErrorCode::invalid_argument,
                   fmt::format("{} is no name for a principal", json_string(name)),
                   "use 1 to 64 of a-z A-Z 0-9 . _ -, the first a letter or digit");
  ART32_ASSIGN(const std::string verifier, new_verifier(password));
  return change([&]() -> base::Result<std::string> {
    const Status inserted = database_.run(
        "INSERT INTO principals (name, kind, through, verifier, created_at) VALUES (?, ?, ?, ?, ?)",
        {std::string(name), std::string(kind), std::string(through), verifier, base::rfc3339(clock_.now())});
    if (!inserted && inserted.error().code == ErrorCode::already_exists)
      return failure(ErrorCode::already_exists, fmt::format("there is a principal \"{}\" already", name),
                     "choose another name, or remove that one first");
    ART32_CHECKED(inserted);
    return fmt::format(R"({{"event":"principal-added","kind":{},"principal":{},"through":{}}})",
                       json_string(kind), json_string(name), json_string(through));
  });
}

Status Principals::set_password(std::string_view name, std::string_view password) {
  ART32_ASSIGN(const std::string verifier, new_verifier(password));
  return change([&]() -> base::Result<std::string> {
    ART32_CHECKED(
        database_.run("UPDATE principals SET verifier = ? WHERE name = ?", {verifier, std::string(name)}));
    if (database_.changes() == 0) return no_principal(name);
    return fmt::format(R"({{"event":"principal-password-set","principal":{}}})", json_string(name));
  });
}

Status Principals::remove(std::string_view name) {
  return change([&]() -> base::Result<std::string> {
    ART32_CHECKED(database_.run("DELETE FROM principals WHERE name = ?", {std::string(name)}));
    if (database_.changes() == 0) return no_principal(name);
    return fmt::format(R"({{"event":"principal-removed","principal":{}}})", json_string(name));
  });
}

base::Result<std::vector<Principal>> Principals::list() const {
  std::vector<Principal> principals;
  Status trouble;
  const std::lock_guard lock(database_mutex_);
  ART32_CHECKED(database_.query(
      "SELECT name, kind, through, verifier, created_at FROM principals ORDER BY name", {},
      [&](const store::Row& row) {
        auto verifier = pgwire::parse_scram_verifier(row.text(3));
        if (!verifier) {
          trouble = tl::unexpected<base::Error>(
              verifier.error().within(fmt::format("the verifier of {}", json_string(row.text(0)))));
          return;
        }
        principals.push_back(
            {row.text(0), row.text(1), row.text(2), std::move(*verifier), read_instant(row, 4, trouble)});
      }));
  ART32_CHECKED(trouble);
  return principals;
}

}  // namespace art32::identity
