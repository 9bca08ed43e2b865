// What lies in an evidence pack for people: a page in both languages that says what it is and how it is
// checked, its style, and a program that checks it. docs/formats/evidence-pack.md. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "merkle/checkpoint.h"

namespace art32::portal {

struct EvidencePackFacts {
  std::string database, team;
  std::uint64_t first = 0, end = 0, size = 0;  // records
  base::Instant sealed;
  merkle::Checkpoint checkpoint;
  std::string verifier_key;
};

struct EvidencePackFile {
  std::string name, content;
};
// index.html, style.css, verify_evidence.go.
std::vector<EvidencePackFile> evidence_pack_files(const EvidencePackFacts& facts);

}  // namespace art32::portal
