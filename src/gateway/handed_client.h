// A client on its way from one process to the next: its socket, and all that its session is
// made of while it has no server. Plain values; the octets of one are a format between two
// processes of this program, with a version (hand_over_version).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "gateway/client_claims.h"
#include "gateway/session_settings.h"
#include "net/descriptor.h"
#include "pgwire/scram_keys.h"

namespace art32::gateway {

// Changes with the octets of HandedClient and with the messages of HandOverLink.
inline constexpr std::uint32_t hand_over_version = 3;

struct HandedClient {
  struct Named {
    std::string name;     // the client's own, "" for the unnamed one
    std::string content;  // Statement's
    std::string view;     // SettingsBook::view_text of its view of names
  };

  net::Descriptor socket;  // plaintext, non-blocking; not among the octets
  bool is_local = false;   // over a unix socket
  std::string database;
  std::string principal;
  std::string looked_up_as;  // the server's role, of who was found by an auth query; else empty
  std::uint32_t cancel_id = 0;
  base::Bytes cancel_key;
  std::chrono::steady_clock::time_point connected;  // CLOCK_MONOTONIC: the machine's, not the process's
  std::vector<SettingsBook::Setting> startup_settings;
  std::vector<SettingsBook::Setting> settings;
  // Whom it acts for: as its log-in said, and now; and what it SET before it had a claim.
  ClientClaims::Standing log_in_claim, claim;
  std::optional<std::vector<SettingsBook::Setting>> settings_of_all;
  std::vector<Named> statements;
  std::optional<pgwire::ScramKeys> keys;  // that its log-in showed, where the server wants them
  base::Bytes received;                   // of the client's next messages
  base::Bytes unsent;                     // of answers to it
};

base::Bytes encode(const HandedClient& client);
// `corrupt` when these aren't the octets of one. Without its socket.
base::Result<HandedClient> decode_client(base::ByteView octets);

}  // namespace art32::gateway
