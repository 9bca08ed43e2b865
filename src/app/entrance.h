// The keys of claims and entries as an installation keeps them, and the entrance made of them.
// Two files, as docs/formats/claim.md says: who may make claims has the first, the databases
// have the second.
#pragma once

#include <memory>

#include "app/configuration.h"
#include "audit/gateway_target.h"
#include "model/claim_signer.h"
#include "tenancy/entrance.h"

namespace art32::app {

// Makes the files that aren't there, with one fresh key each. Not while this process holds the lock.
base::Status make_tenancy_keys(const Folder& folder);
// Held for the life of the File by who reads a file of keys, changes and writes it: of two at once
// one key would be gone. Waits for another process; `conflict` where that doesn't end.
base::Result<base::File> lock_tenancy_keys(const Folder& folder);

// Who a claim has to be for: [server] name, and that use of it. Null where no database is separated.
base::Result<std::shared_ptr<const model::Entrance>> load_entrance(
    const Folder& folder, const Configuration& configuration,
    const std::shared_ptr<const model::RemovedTeams>& removed = nullptr,
    model::ClaimUse use = model::ClaimUse::database);

// Those of entries, which also sign who made a transaction's changes.
base::Result<tenancy::KeyRing> load_entry_keys(const Folder& folder);

// For the edge that identity is; null where [identity] isn't configured.
base::Result<std::shared_ptr<const model::ClaimSigner>> load_claim_signer(const Folder& folder,
                                                                          const Configuration& configuration);

// A claim for whoever asks with the rights of this installation: valid for `life`, at most an hour.
base::Result<std::string> sign_claim(const Folder& folder, const Configuration& configuration,
                                     const model::TeamId& team, const model::Actor& actor,
                                     std::chrono::seconds life,
                                     model::ClaimUse use = model::ClaimUse::database);

// For probes: of a canary, with this flaw.
base::Result<std::string> sign_probe_claim(const Folder& folder, const Configuration& configuration,
                                           const std::string& team, audit::ClaimFlaw flaw);

// The same of an entry, for the server connection of that name; both in hexadecimal.
base::Result<std::string> sign_probe_entry(const Folder& folder, const Configuration& configuration,
                                           const std::string& team, const std::string& session,
                                           std::uint64_t number, audit::ClaimFlaw flaw);

}  // namespace art32::app
