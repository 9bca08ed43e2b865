// A disclosed record as a document, and its check by whoever receives it.
// docs/formats/ledger.md, "Disclosure". Pure; any thread.
#pragma once

#include <span>
#include <string>

#include "ledger/ledger.h"

namespace art32::ledger {

// One line of JSON: index, kind, time, entry, record and opening in base64, and
// the tlog-proof as a text.
std::string format_disclosure(const Disclosure& disclosure, std::string_view tlog_proof);

struct DisclosureDocument {
  Disclosure disclosure;
  std::string proof;  // a tlog-proof
};
// `check_failed` for anything that isn't such a document.
base::Result<DisclosureDocument> parse_disclosure(std::string_view text);

// `check_failed` unless record and opening give the entry's commitment, and the
// proof leads from the entry to a checkpoint signed by the key (a C2SP vkey), and cosigned by each of these
// witnesses.
base::Result<merkle::Checkpoint> verify_disclosure(const Disclosure& disclosure, std::string_view tlog_proof,
                                                   std::string_view verifier_key,
                                                   std::span<const std::string> witnesses = {});

}  // namespace art32::ledger
