// The plan of separating a database by team: what has to be done to it, why, in which SQL, and
// what undoes that. Nothing is done here (apply_plan.h); a person reviews it first
// (render_plan.h). A database that is separated has an empty plan, so to go on after a failure
// is to plan again.
//
// Values, and a pure function of what the catalogs said. Any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tenancy/plan/database_schema.h"
#include "tenancy/plan/table_role.h"

namespace art32::tenancy {

enum class Run {
  in_transaction,   // with its neighbours of the same object
  own_transaction,  // takes long under a light lock: not together with what takes a heavy one
  alone,            // in none: CREATE INDEX CONCURRENTLY and its like
};

struct Step {
  std::string id;  // the same in each plan that still has it: "team_policy/shop.invoice"
  ObjectName object;
  std::string reason;  // one sentence
  std::string sql;     // one statement
  std::string undo;    // one statement that may run whether the step has or not; empty: nothing to undo
  Run run = Run::in_transaction;
  bool operator==(const Step&) const = default;
};

enum class NoteKind {
  left_out,   // by the options, with their reason
  undecided,  // isn't separated by this plan: somebody has to decide
  advice,     // is separated, and could be better
};

struct Note {
  NoteKind kind = NoteKind::advice;
  ObjectName object;  // without names: the database
  std::string text;   // one sentence, its subject the object
  bool operator==(const Note&) const = default;
};

struct Plan {
  std::vector<Step> steps;  // in the order in which they are done
  std::vector<Note> notes;
  bool is_empty() const { return steps.empty(); }
  bool operator==(const Plan&) const = default;
};

std::string_view name(Run run);
std::string_view name(NoteKind kind);

// First what no client notices (indexes, keys, NOT NULL), of every table; then the policies, a
// table at a time; then views and global tables. `invalid_argument` as table_roles() says.
base::Result<Plan> plan_separation(const DatabaseSchema& schema, const SeparationOptions& options);

}  // namespace art32::tenancy
