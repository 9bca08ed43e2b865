// What probes attack: an instance of art32 as an outsider and its operator's
// file system see it. Plain values, so that a scratch instance, a broken one and
// the real one look alike.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/gateway_target.h"
#include "base/file.h"
#include "base/secret.h"
#include "model/annex.h"
#include "model/listener.h"

namespace art32::audit {

// A machine account that exists for one probe run and is removed after it.
struct Canary {
  std::string account;
  std::string password;  // a canary_password()
  std::string token;     // "id|token"
};

// A fresh name that no person would choose, and a random password of exactly the
// 72 octets that bcrypt reads: so a 73rd can be tried.
std::string canary_account();
bool is_canary_account(std::string_view name);
std::string canary_password();

struct Target {
  std::vector<model::Listener> listeners;
  std::string authorities_pem;  // trusted roots for its listeners; empty: the system's
  base::Path data_folder;
  base::Path annex_folder;
  base::Path state_database;  // read with a connection of the probe's own
  std::vector<base::Path> secret_files;
  std::string ledger_verifier_key;
  // The checkpoint that the probe saw last time (a signed note); empty: none yet.
  // An error: it can't be told what was seen.
  base::Result<std::string> last_checkpoint_note;
  // Called with the newest checkpoint when the ledger proved consistent with the last.
  std::function<void(const std::string&)> remember_checkpoint;
  // Makes and removes the canary by the same code that real accounts take.
  // Any thread; two probes have one each at the same time. Removing one that
  // is gone already is fine.
  std::function<base::Result<Canary>()> make_canary;
  std::function<void(const Canary&)> remove_canary;
  std::optional<GatewayTarget> gateway;  // none: this instance has no gateway
  // The annex whose promises are measured (HSTS age, bcrypt cost ...).
  model::Annex annex;
};

}  // namespace art32::audit
