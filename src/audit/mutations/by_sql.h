// Mutations that are SQL: run as the superuser in the scratch instance's separated database.
// For the lists of mutations beside this file; any thread.
#pragma once

#include <string>

#include "audit/probes/probes.h"

namespace art32::audit {

// `undo` takes `sql` back once the probe has run.
Mutation by_sql(model::Text text, std::string sql, std::string undo);

}  // namespace art32::audit
