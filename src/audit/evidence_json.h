// What a probe run and an audit look like as evidence: canonical JSON (keys in
// alphabetical order, no white space, whole numbers only, as RFC 8785), so that
// the same run always has the same octets. docs/formats/evidence.md says it.
//
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/observe.h"

namespace art32::audit {

// Without the leaf it is about to become.
std::string evidence_json(const ProbeRun& run, const Probe& probe);
// Names the leaves of its probes' runs, or null where the ledger didn't take one.
std::string evidence_json(const AuditRun& run, std::string_view annex_version);

// `corrupt` unless the sealed record is the run's own: everything that the run
// says must be in it, octet for octet; the measure is the record's, and so is the
// version of the annex where the run names none.
base::Status check_evidence(const ProbeRun& run, base::ByteView record);

std::string observations_json(const std::vector<model::Observation>& observations);
// `corrupt` for what observations_json didn't write.
base::Result<std::vector<model::Observation>> parse_observations(std::string_view json);

}  // namespace art32::audit
