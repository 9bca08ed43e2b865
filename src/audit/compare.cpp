// What the state database says of a run, held against the leaf that was sealed.
// The database is a file that its owner can write; the ledger's tree is signed.

#include <fmt/core.h>

#include "audit/audit.h"
#include "audit/evidence_json.h"
#include "audit/observe.h"

namespace art32::audit {
namespace {

void mark_unproven(ProbeRun& run, std::string seen) {
  run.verdict = model::Verdict::error;
  run.observations.push_back(
      undecided(Kind::positive_control, "ledger",
                {"Das gespeicherte Ergebnis ist das versiegelte", "The stored result is the sealed one"},
                std::move(seen)));
  make_presentable(run.observations.back());
}

}  // namespace

bool Audits::agrees_with_evidence(ProbeRun& run) const {
  if (!run.evidence) {
    // A break that the ledger couldn't take is shown all the same; a pass never came without a leaf.
    if (run.verdict != model::Verdict::pass) return true;
    mark_unproven(run, "state.db calls it passed, but names no leaf");
    return false;
  }
  const std::uint64_t leaf = run.evidence->value;
  const auto record = source_.record(*run.evidence);
  if (!record) {
    mark_unproven(run, fmt::format("leaf {} can't be read: {}", leaf, record.error().message()));
    return false;
  }
  if (check_evidence(run, *record)) return true;
  mark_unproven(run, fmt::format("state.db contradicts leaf {}", leaf));
  return false;
}

}  // namespace art32::audit
