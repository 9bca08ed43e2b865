// [ledger] of art32.toml: the log's name, and the witnesses who cosign its checkpoints.
// docs/guide/witness.md explains every key. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/configuration_section.h"
#include "merkle/note.h"
#include "net/http_exchange.h"

namespace art32::app {

// Where a witness answers: its submission prefix (c2sp.org/tlog-witness, "HTTP Interface").
struct WitnessAddress {
  net::Transport transport = net::Transport::tls;
  std::string host;  // a name, or a numeric address
  std::uint16_t port = 443;
  std::string prefix;  // of paths, without a slash at the end

  bool operator==(const WitnessAddress&) const = default;
};

// https://HOST[:PORT][/PREFIX]; http:// for numeric addresses of the loopback alone.
std::optional<WitnessAddress> parse_witness_address(const std::string& url);

struct WitnessConfiguration {
  merkle::VerifierKey key;  // of type 04
  std::string url;
  WitnessAddress address;
  std::string authority;  // PEM, of its certificate; empty: the system's

  bool operator==(const WitnessConfiguration&) const = default;
};

struct LedgerConfiguration {
  std::string origin = "localhost/ledger";
  std::vector<WitnessConfiguration> witnesses;
  std::optional<std::size_t> wanted;  // witnesses_needed

  // How many must have cosigned: two where there are so many, unless it is said.
  std::size_t witnesses_needed() const { return wanted.value_or(std::min<std::size_t>(2, witnesses.size())); }
};

// What is not said stays as it is in `values`.
void read_ledger(const Node& table, int line, LedgerConfiguration& values, Report& report);

}  // namespace art32::app
