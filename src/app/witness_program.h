// `art32 witness`: cosigns the checkpoints of other people's ledgers (ledger/witness/witness.h), served over
// HTTPS, or on the loopback behind a proxy. docs/guide/witness.md.
//
// A folder of its own, with nothing of an installation in it: witness.toml, witness.pem, logs/, lock, and
// `address` while it serves.
#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ledger/witness/witness.h"
#include "net/https_server.h"

namespace art32::app {

struct WitnessSettings {
  std::string name;  // of its key
  std::string address = "127.0.0.1";
  std::uint16_t port = 8480;     // 0: any free one
  std::string certificate, key;  // PEM, relative to the folder; both or none
  std::vector<merkle::VerifierKey> logs;
};

base::Result<WitnessSettings> parse_witness_settings(std::string_view text, std::string_view file_name);
base::Result<WitnessSettings> load_witness_settings(const base::Path& folder);
ledger::Witness::Options witness_options(const base::Path& folder, const WitnessSettings& settings);

// The file is the last to come: a folder without it holds no witness. `already_exists`.
base::Status make_witness(const base::Path& folder, const WitnessSettings& settings);

// POST /add-checkpoint, and GET /key. The witness outlives it.
net::HttpHandler witness_handler(ledger::Witness& witness);

// Until SIGTERM or SIGINT; SIGHUP reads the certificate anew.
base::Status serve_witness(const base::Path& folder, const base::Clock& clock);

}  // namespace art32::app
