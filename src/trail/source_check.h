// Whether a database gives the trail all that it needs: the log's level, the reader's role, the
// publication, whole old rows, a record of schema changes, room for a reader that is behind.
//
// For whoever prepares a database, and for the server that reads from it. Reads the catalogs only, and
// needs no right but to connect. Blocking, one thread. PostgreSQL documentation, chapters 31 "Logical
// Replication" and 40 "Event Triggers".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/sql_session.h"

namespace art32::trail {

struct SourceOptions {
  std::string role;  // the reader's
  std::string slot, publication;
  std::vector<std::string> left_out;  // tables without records, "schema.table"
  std::vector<std::string> by_key;    // tables of which the key of the old row is enough
  // What the server may keep of its log for a reader that is behind: beyond it the trail has a
  // gap. None: all of it, and a full disk stops whoever writes.
  std::optional<std::uint64_t> keep_megabytes;
  std::vector<std::string> personal{};  // columns that must be there, "schema.table.column"
};

struct SourceFinding {
  std::string check;   // its id, such as "identity"
  std::string object;  // "schema.table", "role name", "setting name" and the like
  std::string risk;    // a sentence for people
  std::string mend;    // one statement, which ends in a semicolon; or a sentence, which ends in a full stop
  bool operator==(const SourceFinding&) const = default;

  bool has_sql() const { return mend.ends_with(';'); }
};

// In the order in which they are to be mended. Otherwise the session's errors: a check that couldn't
// look isn't one that found nothing.
base::Result<std::vector<SourceFinding>> check_source(net::SqlSession& session, const SourceOptions& options);

// Mends what SQL can, as somebody who may: what it did, in order; what check_source() finds then is
// what people have to do. Errors as of the statements; what was done before stays done.
base::Result<std::vector<SourceFinding>> mend_source(net::SqlSession& session, const SourceOptions& options);

// The schema "art32_trail": a table of the changes of this database's schema and the event triggers
// that fill it; and one into which anybody may put rows, and the reader takes them out, for who tries
// whether they are recorded. A superuser runs it; again, it makes what isn't as it was.
std::string schema_changes_script();

}  // namespace art32::trail
