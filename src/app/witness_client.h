// How the witnesses of art32.toml are reached, for ledger::Cosigning.
//
// Plain values and functions; any thread.
#pragma once

#include "app/configuration.h"
#include "ledger/witness/cosigning.h"

namespace art32::app {

// A configured witness with all that reaching it needs.
struct WitnessContact {
  WitnessConfiguration configuration;
  std::string authority_pem;  // empty: the system's

  bool operator==(const WitnessContact&) const = default;
};

// `configuration` where an authority can't be read.
base::Result<std::vector<WitnessContact>> load_witnesses(const Folder& folder,
                                                         const LedgerConfiguration& configuration);

// Looks the name up at each exchange: it may lead elsewhere by then.
ledger::Cosigning::Peer peer_of(const WitnessContact& contact);

}  // namespace art32::app
