// Real traffic for the demo: an application with several clients at the gateway, a staff
// member whose statement is then read back from the ledger, and a bill whose history the trail tells.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "app/system.h"
#include "net/scratch_postgres.h"

namespace art32::app {

struct TrafficSeen {
  unsigned clients = 0;
  std::uint64_t statements = 0;
  std::uint64_t failed = 0;
  std::chrono::milliseconds took{0};
  std::chrono::microseconds median{0}, p99{0};  // of a statement, as its client sees it
  std::uint64_t server_connections = 0;         // that the clients shared
};

// Clients of the role `app` write and read invoices of teams, each for `how_long`.
base::Result<TrafficSeen> run_traffic(const System& system, const net::ScratchPostgres& postgres,
                                      std::chrono::milliseconds how_long);

struct StaffSeen {
  std::string statement;
  std::string answer;
  std::uint64_t leaf = 0;
  std::string record;  // as it is sealed
};
base::Result<StaffSeen> ask_as_staff(System& system, const net::ScratchPostgres& postgres);

// Of one column of the bill, as the trail has it.
struct BillChange {
  std::string actor, team;  // empty: nobody vouched for who it was
  std::string column, before, after;
};
// A user changes a bill through the gateway, and somebody past it; as found in the trail afterwards,
// the oldest first. `check_failed` when it isn't there in time.
base::Result<std::vector<BillChange>> change_a_bill(System& system, const net::ScratchPostgres& postgres);

}  // namespace art32::app
