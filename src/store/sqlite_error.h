// What SQLite's result codes become outside, with the file's name and a mend.
// For the .cpp files of this room only.
#pragma once

#include "base/result.h"

struct sqlite3;

namespace art32::store {

// The error of the connection's last call, which returned `code` (extended).
// Aborts where only a bug of ours explains it: wrong SQL, misuse.
[[nodiscard]] tl::unexpected<base::Error> sqlite_failure(sqlite3* handle, int code);

}  // namespace art32::store
