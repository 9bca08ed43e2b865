// Prepares a database so that its changes can be recorded, with what the configuration says of it: for
// the command, the demo and tests.
#pragma once

#include "app/folder.h"
#include "app/trail_configuration.h"
#include "net/sql_session.h"
#include "trail/source_check.h"

namespace art32::app {

struct PreparedSource {
  std::vector<trail::SourceFinding> done, left;
  bool has_new_password = false;  // of the reader's role
};

// As a superuser of that database. Makes the reader's password where there is none; the server gets
// its verifier alone. Errors as of trail::mend_source(), and of the file.
base::Result<PreparedSource> prepare_source(const Folder& folder, const TrailConfiguration& configuration,
                                            net::SqlSession& session);

}  // namespace art32::app
