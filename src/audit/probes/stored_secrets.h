// What the state database keeps of passwords and tokens, read by a connection
// of the probe's own that can't write.
//
// The columns are looked up in the schema first: another schema is an error,
// never "no bad row found". Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace art32::audit {

struct StoredSecret {
  std::int64_t id = 0;  // of a token
  std::string account;
  std::string stored;  // what stands for the secret; never put into an observation
};

base::Result<std::vector<StoredSecret>> stored_passwords(const base::Path& state_database);
base::Result<std::vector<StoredSecret>> stored_tokens(const base::Path& state_database);

// Whether these octets stand anywhere in the database's file or its write-ahead
// log. Asks grep, another process, on purpose: closing a file that this process
// has open through SQLite would drop SQLite's own locks on it
// (sqlite.org/howtocorrupt.html, section 2.2).
base::Result<bool> stands_in_database_files(const base::Path& state_database, const std::string& octets,
                                            std::chrono::milliseconds limit);

}  // namespace art32::audit
