// The statements by which a team is tried to get at another one's rows: one table of them.
//
// Constant data. In a statement {t} stands for the table, {c} for the team's column, {p} for the
// condition that names the rows, {tq} and {pq} for the same within a string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/language.h"

namespace art32::audit {

struct SeparationAttack {
  model::Text text;
  std::vector<std::string_view> statements;  // the last one counts rows, or says AR320 where it found any
  bool needs_table = false;                  // makes no sense of a view
};

// Each with a condition that holds for the rows of others; with one for the team's own it has
// to find these, or the application may not say it at all.
const std::vector<SeparationAttack>& separation_attacks();

std::string fill_in(std::string_view statement, std::string_view table, std::string_view team_column,
                    std::string_view comparison, std::string_view team);

}  // namespace art32::audit
