// Whether state.db and ledger/ belong together.
//
// state.db names leaves of the ledger and remembers its newest checkpoint; a row is
// only ever written after what it names is on disk. So a ledger that lacks what
// state.db names was replaced by an older copy, and would fork if it went on; and a
// ledger with entries beside a state.db that names nothing means that state.db was
// lost. Neither is repaired: the operator decides.
#pragma once

#include "app/folder.h"
#include "ledger/ledger.h"
#include "store/database.h"

namespace art32::app {

// What an operator says about a state.db that is missing or empty.
enum class LostState { refuse, accept };

struct LedgerTraces {
  std::string checkpoint_note;                  // remembered last; empty before the first
  std::optional<model::LeafIndex> newest_leaf;  // that a row names
  bool none() const { return checkpoint_note.empty() && !newest_leaf; }
};

// Reads state.db beside whoever writes it; no traces where there is no file or no table.
base::Result<LedgerTraces> read_ledger_traces(const Folder& folder);

// The ledger as seen by the server that has it open, or by a reader of its folder.
struct LedgerSeen {
  bool is_empty = true;
  std::string verifier_key;
  std::function<base::Status(const merkle::Checkpoint&)> extends;
  std::function<base::Status(model::LeafIndex)> holds;
};
LedgerSeen seen_by_owner(const ledger::Ledger& ledger);
LedgerSeen seen_by_reader(const base::Path& ledger_folder, std::string verifier_key,
                          const ledger::Verification& verified);

// `corrupt`, naming both, with the mend. A lost state.db that was accepted is no
// error; accepting one that isn't lost is `conflict`.
base::Status check_agreement(const Folder& folder, const LedgerTraces& traces, const LedgerSeen& ledger,
                             LostState lost = LostState::refuse);

}  // namespace art32::app
