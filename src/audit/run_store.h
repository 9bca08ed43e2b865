// Where audits are kept: tables audit_runs and probe_runs of the state database.
//
// Functions on a Database that the caller holds the mutex of. An audit that was
// interrupted has no time taken, and isn't listed; its probes' runs count.
#pragma once

#include <vector>

#include "audit/audit.h"

namespace art32::audit {

std::vector<store::Migration> run_store_migrations();

base::Result<std::int64_t> insert_audit(store::Database& database, const AuditRun& run);
base::Result<std::int64_t> insert_probe_run(store::Database& database, const ProbeRun& run);
base::Status finish_audit(store::Database& database, const AuditRun& run);

base::Result<std::vector<AuditRun>> recent_audits(const store::Database& database, std::size_t limit);
base::Result<AuditRun> find_audit(const store::Database& database, std::int64_t audit);  // `not_found`
// Newest first.
base::Result<std::vector<ProbeRun>> probe_history(const store::Database& database, std::string_view probe,
                                                  std::size_t limit);

// The ledger's head that a probe saw last; empty before the first.
base::Result<std::string> last_checkpoint(const store::Database& database);
base::Status save_checkpoint(store::Database& database, const std::string& note);

}  // namespace art32::audit
