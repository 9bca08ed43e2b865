// Does what a plan says, and undoes it. Through a session of the tables' owner, outside of any
// transaction; nobody else plans or applies meanwhile.
//
// The application runs on: a step waits for locks only as long as others can wait behind it, and
// tries again after a pause. It ends at the first step that fails; what was done stays, and isn't
// in the next plan, so to go on is to plan again. One thread; blocks, with a bound for each wait.
#pragma once

#include <chrono>
#include <functional>

#include "net/sql_session.h"
#include "tenancy/plan/separation_plan.h"

namespace art32::tenancy {

struct ApplyOptions {
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(2);
  // An index that is built concurrently waits for older transactions, and nobody for it.
  std::chrono::milliseconds index_lock_timeout = std::chrono::minutes(10);
  std::chrono::milliseconds statement_timeout = std::chrono::hours(12);
  unsigned tries = 10;  // of a step, or of the steps of one transaction; at least 1
  std::chrono::milliseconds first_pause = std::chrono::milliseconds(500);  // doubled each time
  std::chrono::milliseconds longest_pause = std::chrono::seconds(30);
  std::function<void(std::chrono::milliseconds)> pause;  // empty: sleeps
};

enum class Stage { begins, waits, done, failed };

struct Progress {
  const Step& step;                   // for the length of the call
  std::size_t number = 0, total = 0;  // from 1
  Stage stage = Stage::begins;        // done: committed
  unsigned attempt = 1;
  std::chrono::milliseconds pause{0};  // waits: until the next try
  std::string said;                    // waits and failed: by the server
};
using OnProgress = std::function<void(const Progress&)>;

// The error says the step, what the server said and what to do: `timeout` when a lock wasn't to be
// had, `unavailable` when the connection ended, else `check_failed`.
base::Status apply_plan(net::SqlSession& session, const Plan& plan, const ApplyOptions& options,
                        const OnProgress& on_progress = {});

// The plan that was applied, wholly or in part, as it was kept (to_json): the last step first.
base::Status undo_plan(net::SqlSession& session, const Plan& plan, const ApplyOptions& options,
                       const OnProgress& on_progress = {});

}  // namespace art32::tenancy
