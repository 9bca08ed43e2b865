// What it costs the gateway that a server connection goes from team to team: two programs of
// pgbench over one connection, first with the same claim, so that nothing is ever entered after
// the first query, then with claims of two teams, so that nearly every query is another team's.
//
// Prints its figures (bench/figure.h). Call from one thread, which has started no other.
#pragma once

#include "tests/tenancy/protected_database.h"

namespace art32::bench {

void measure_team_switches(const test::ProtectedDatabase& database);

}  // namespace art32::bench
