// The statements by which a team is tried to get at another one's rows: one table of them, and one
// of what a team could leave in a server connection for the next.
//
// Constant data. In a statement stand, each for one table and for who asks:
//   {t} {tq}   the table; the same within a string
//   {p} {pq}   the condition that names the rows; the same within a string
//   {c} {n}    the column that says whose a row is; its name as a string
//   {v}        what that column has in the asking team's own rows
//   {floor}    how many rows the statement gets that are the asking team's own by right
//   {key}      the columns of a unique key; {columns} all of them; {row} the first team's row, as JSON
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/probes/tenant_table.h"
#include "model/language.h"

namespace art32::audit {

struct SeparationAttack {
  model::Text text;
  std::vector<std::string_view> statements;  // the last one counts rows, or says AR320 where it found any
  bool needs_table = false;                  // makes no sense of a view
  std::string_view tells = {};               // a SQLSTATE: an error that only a row that was found causes
  // The team itself finds nothing by it either: where nobody is shown anything, nothing is to be found.
  bool is_for_nobody = false;
};

// Each with a condition that holds for the rows of others; with one for the team's own it has
// to find these, or the application may not say it at all.
const std::vector<SeparationAttack>& separation_attacks();

// What a team does in its session, and what the next team to use the server connection asks for it.
struct Leftover {
  model::Text text;
  std::string_view leaves;
  std::string_view finds;  // counts
};
const std::vector<Leftover>& leftovers();

struct Filling {
  const TenantTable& table;
  std::string condition, team, floor;
  std::string key = {}, columns = {}, row = {};
};
std::string fill_in(std::string_view statement, const Filling& filling);

}  // namespace art32::audit
