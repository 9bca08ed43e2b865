// What is sealed of a staff member's statement, before it runs and once it has ended:
// canonical JSON (RFC 8785), docs/formats/statements.md.
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "pgwire/frontend.h"

namespace art32::gateway {

// Who sends statements in one session; the same for all of them.
struct StatementAuthor {
  std::string person;                 // the principal
  std::string role;                   // at the server
  std::string database;               // as the principal knows it
  std::string application;            // application_name, as the client gave it
  std::vector<std::string> settings;  // others that it gave at log-in: "search_path=s1"
  std::string peer;                   // where the session comes from
  std::string session;                // tells this session from every other
};

// How a statement came: in a Query, in a Parse, in a Bind (then with its parameters), or
// as a FunctionCall.
enum class StatementWay { query, prepare, execute, call };

struct StatementSent {
  StatementWay way = StatementWay::query;
  base::Instant time;
  std::string_view text;
  const pgwire::FormatList* formats = nullptr;  // of the values, where there are some
  const pgwire::ValueList* values = nullptr;
};
std::string statement_json(const StatementAuthor& author, const StatementSent& sent);

// What became of the statements that one ReadyForQuery answered.
struct StatementOutcome {
  enum class End { completed, failed, lost };  // lost: the session ended before the answer
  End end = End::completed;
  std::vector<std::uint64_t> statements;  // their leaves
  std::vector<std::string> tags;          // of CommandComplete, in order
  std::string sqlstate;                   // of the first error
  std::chrono::microseconds took{0};
};
std::string outcome_json(const StatementAuthor& author, const StatementOutcome& outcome);

}  // namespace art32::gateway
