// The records of a trail: canonical JSON (RFC 8785), what is numbered, hashed, kept and shown.
// docs/formats/record.md says every member.
//
// Pure; any thread. What is written depends on nothing but the arguments: the same change read
// twice makes the same octets.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trail/change.h"

namespace art32::trail {

// What may be kept of a column's values.
enum class ColumnClass {
  plain,
  secret,    // that it changed, and never to what
  personal,  // a commitment; the value itself where it can be erased
};

// Whom a personal column's values are about: persons of this kind, whose name for the database is the
// value of that column. No column: the table hasn't the one that it should have.
struct SubjectRule {
  std::string kind;
  std::optional<std::size_t> column;
};

// How the records of a table are made; of a table as it is, so anew when it was altered.
struct TableRules {
  std::vector<ColumnClass> classes;               // in the table's order; plain behind its end
  std::optional<std::size_t> team_column;         // whose value says which team a row is of
  bool is_left_out = false;                       // nothing of it is recorded
  std::map<std::size_t, SubjectRule> subjects{};  // of each personal column
};

// Where a record stands.
struct RecordPlace {
  std::string_view team;     // whose record it is
  std::uint64_t number = 0;  // of the team's
  std::uint64_t place = 0;   // in its transaction, from 1
  std::string_view salt;     // hexadecimal: so that its hash can't be guessed
};

// What stands for the value of a personal column: 64 hexadecimal digits.
enum class RowSide { before, after };
using CommitToValue = std::function<std::string(std::size_t column, RowSide side, std::string_view text)>;

// With what lies beside it, as long as a record may be at most.
struct ChangeRecord {
  std::string json;
  std::size_t longest = 0;  // longer values aren't kept: personal ones neither
};
ChangeRecord change_record(const RecordPlace& place, const TransactionBegin& transaction,
                           const Change& change, const TableRules& rules, const CommitToValue& commit_to);

// What the log has of a row before a change; of a key only the columns of the replica identity were
// sent, and the rest stands there as null. Nothing: it doesn't say.
std::optional<Value> value_before(const Change& change, std::size_t column);

// The teams of a row before and after its change: none, one, or two where it was handed over. Empty
// for a table without teams, and where the log doesn't say.
std::vector<std::string> teams_of(const Change& change, const TableRules& rules);

// Who made the changes of a transaction, as the database vouches for it.
struct Author {
  std::string team;
  std::string kind, id;  // of the actor
  std::string request;

  bool operator==(const Author&) const = default;
};

// Ends the records of a transaction in each team that has some.
struct TransactionSummary {
  std::optional<Author> author;  // none: nobody vouches for anybody
  std::uint64_t changes = 0;     // of this team, in it
  std::string_view origin;       // another cluster, whose replication brought it
};
std::string transaction_record(const RecordPlace& place, const TransactionBegin& transaction,
                               const TransactionSummary& summary);

std::string truncation_record(const RecordPlace& place, const TransactionBegin& transaction,
                              const Truncation& truncation);

// Changes between two places of the log, or of two clusters, that nobody has read.
struct Gap {
  std::uint64_t system_before = 0, system_after = 0;
  std::uint32_t timeline_before = 0, timeline_after = 0;
  pgwire::Lsn from, to;
  base::Instant noticed;
  std::string_view reason;
};
std::string gap_record(const RecordPlace& place, const Gap& gap);

}  // namespace art32::trail
