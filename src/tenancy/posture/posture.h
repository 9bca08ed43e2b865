// The posture of a database that is separated by team: what in its schema, its roles and its
// settings would let a row or a word of one team come to another, read from the catalogs.
//
// For whoever sets a database up, and on schedule for whoever keeps it. Reads only, and needs no
// right but to connect. Trusts nothing of the session: names, operators and the spelling of
// expressions are pinned for as long as the check looks. Blocking, one thread.
#pragma once

#include <string>
#include <vector>

#include "net/sql_session.h"

namespace art32::tenancy {

// What somebody has looked at and keeps as it is.
struct Exception {
  std::string object;  // a relation, a function or a role's setting, as the finding spells it
  std::string reason;  // for whoever reads the options; not empty
  std::string check;   // its id; empty for all of them
};

// Whether that can be meant: `invalid_argument`, with what can.
base::Status check_exception(const Exception& exception);

struct PostureOptions {
  std::vector<std::string> schemas;  // none: all but the system's and art32's
  std::string team_column = "team_id";
  std::vector<std::string> application_roles;  // at least one
  std::vector<Exception> left_out;
  std::string trail_publication;  // read by art32 itself, who has the entry keys; empty: there is none
};

struct Finding {
  std::string check;  // its id, such as "rls-not-forced"
  // "schema.table", "schema.function(type)", "setting name of role name"; or of what can't be left out "role
  // name", "schema name", "database name", "parameter name"
  std::string object;
  std::string risk;  // a sentence for people
  std::string mend;  // SQL, which ends in a semicolon; or a sentence, which ends in a full stop
  bool operator==(const Finding&) const = default;
};

// What a check is about: "policies", "keys", "detours", "grants", "roles" or "functions".
std::string_view posture_group(std::string_view check);

// In the order of the table of checks, then of the objects. `invalid_argument` where the options
// can't be meant; otherwise the session's own errors: a check that couldn't look isn't one that
// found nothing. The session must not be in a transaction, and isn't afterwards.
base::Result<std::vector<Finding>> check_posture(net::SqlSession& session, const PostureOptions& options);

// How many tables that check takes for a team's: with none its silence means nothing.
base::Result<std::size_t> count_team_tables(net::SqlSession& session, const PostureOptions& options);

}  // namespace art32::tenancy
