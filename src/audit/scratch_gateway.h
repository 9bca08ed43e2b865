// Makes an installation's gateway stand before a ScratchPostgres: its database, the roles,
// their password files and the tables of art32.toml. For scratch instances and the demo.
#pragma once

#include "net/scratch_postgres.h"

namespace art32::audit {

// Makes the database `app` with the roles app (its owner), staff (may read it) and probe
// (may only sign in), the database `tenants`, which is separated by team by the functions in
// `functions_sql` (pg/art32-plain.sql), and in `folder` (an installation's root) what the gateway
// needs to let them through. Returns the lines for art32.toml: the listener takes any free port. They
// give the second database a trail: prepare it for one (`art32 trail apply`) before the server starts.
base::Result<std::string> add_scratch_gateway(const net::ScratchPostgres& postgres, const base::Path& folder,
                                              const std::string& functions_sql);

}  // namespace art32::audit
