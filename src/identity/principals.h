// Who signs in at the gateway, kept in state.db: for people who come and go, what
// [[gateway.principal]] of art32.toml is for the few that stay.
//
// Kept is the SCRAM verifier of a password, as PostgreSQL keeps it, never the password. Every
// change is in the ledger, without the verifier: the record is durable before the change is
// committed, and where it can't be, nothing changes. Any thread; making a verifier blocks for
// some milliseconds.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/evidence.h"
#include "pgwire/scram_verifier.h"
#include "store/database.h"

namespace art32::identity {

struct Principal {
  std::string name;
  std::string kind;     // as art32.toml spells it
  std::string through;  // the configured principal whose log-in at the server it uses; empty: its own
  pgwire::ScramVerifier verifier;
  base::Instant created;
};

class Principals {
 public:
  Principals(store::Database& database, std::mutex& database_mutex, model::EvidenceSink& sink,
             const base::Clock& clock);
  // Table `principals` (name, kind, through, verifier, created_at).
  static std::vector<store::Migration> migrations();

  // Names as those of accounts, passwords of 12 characters at least. `invalid_argument`,
  // `already_exists`.
  base::Status add(std::string_view name, std::string_view kind, std::string_view through,
                   std::string_view password);
  base::Status set_password(std::string_view name, std::string_view password);  // `not_found`
  base::Status remove(std::string_view name);                                   // `not_found`
  base::Result<std::vector<Principal>> list() const;                            // by name

 private:
  base::Status change(const std::function<base::Result<std::string>()>& work);

  store::Database& database_;
  std::mutex& database_mutex_;
  model::EvidenceSink& sink_;
  const base::Clock& clock_;
};

}  // namespace art32::identity
