// art32.toml: what differs between installations. Promises are not here: they
// stand in the annex.
//
// Plain values. Reading refuses unknown keys, wrong types and values that can't
// work, each with file, line and the mend.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/folder.h"
#include "app/gateway_configuration.h"
#include "app/ledger_configuration.h"
#include "base/log.h"
#include "base/result.h"
#include "model/verdict.h"
#include "workers/schedule.h"

namespace art32::app {

// Where the pages of who operates this server stand: on the loopback, since nobody signs in there.
struct OperatorsConfiguration {
  std::string address = "127.0.0.1";
  std::uint16_t port = 9443;
};

// Customers' teams, users and tokens, and where proxies ask about them.
struct IdentityConfiguration {
  std::string socket = "run/identity.sock";
  std::string address = "127.0.0.1";
  std::optional<std::uint16_t> port;  // with TLS; none: the socket alone
  unsigned threads = 1;
  std::string token_prefix = "art32_";
  std::string scanner_keys;                        // public ones of who reports tokens; empty: nobody may
  std::optional<std::chrono::minutes> token_life;  // none: tokens end by their own expiry alone
};

struct Configuration {
  // [server]
  std::string name = "localhost";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8443;
  unsigned threads = 2;
  std::string base_url;  // empty: made from name and port
  // [tls], paths relative to the folder
  std::string certificate = "keys/tls.crt";
  std::string key = "keys/tls.key";
  std::string backup_key = "keys/tls-backup.key";
  std::string next_key;  // empty: no rotation announced
  // [ledger]
  LedgerConfiguration ledger;
  // [audit]
  std::string audit_schedule = "15 3 * * *";
  std::string time_zone = "Europe/Berlin";
  bool audit_at_start = true;
  // [log]
  base::LogLevel log_level = base::LogLevel::info;
  // [gateway]; none: no gateway is started
  std::optional<GatewayConfiguration> gateway;
  // [operators]; none: their pages stand nowhere
  std::optional<OperatorsConfiguration> operators;
  // [identity]; none: nothing listens, and commands have what it says by default
  std::optional<IdentityConfiguration> identity;
  // [[waiver]]
  std::vector<model::Waiver> waivers;

  IdentityConfiguration identity_or_usual() const { return identity.value_or(IdentityConfiguration()); }
  base::Result<workers::Schedule> schedule() const {
    return workers::Schedule::parse(audit_schedule, time_zone);
  }
};

base::Result<Configuration> parse_configuration(std::string_view text, std::string_view file_name);
base::Result<Configuration> load_configuration(const Folder& folder);

// The file that `art32 init` writes, every key explained.
std::string configuration_template(const Configuration& values);

}  // namespace art32::app
