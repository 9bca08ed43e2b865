// evidence.json of an evidence pack: what is proved of a team's records, with the ledger's disclosure
// of the seal. docs/formats/evidence-pack.md. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trail/evidence.h"

namespace art32::trail {

struct EvidenceDocument {
  std::string database;  // what the server calls it
  Evidence evidence;
  std::string seal;  // its disclosure, JSON: docs/formats/ledger.md
  std::string key;   // of the ledger, as the maker says

  bool operator==(const EvidenceDocument&) const = default;
};

std::string format_evidence(const EvidenceDocument& document);
// `check_failed` for anything that isn't one.
base::Result<EvidenceDocument> parse_evidence(std::string_view text);

// The pages of docs/formats that say how it is checked: name and content.
std::vector<std::pair<std::string, std::string>> evidence_format_pages();

}  // namespace art32::trail
