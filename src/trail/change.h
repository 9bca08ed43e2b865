// What the write-ahead log says of one transaction, row by row: what a reader hands on to who
// keeps records of it.
//
// Tables are shared and never change: a table that was altered is another Table. A Change
// borrows: its values live until the call that got it returns.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pgwire/logical_replication.h"

namespace art32::trail {

struct Column {
  std::string name;
  std::uint32_t type = 0;  // OID
  std::int32_t modifier = -1;
  bool is_identity = false;  // of the replica identity

  bool operator==(const Column&) const = default;
};

// As it was when the change was made.
struct Table {
  std::uint32_t id = 0;  // OID
  std::string schema, name;
  char replica_identity = 'd';  // pg_class.relreplident: default, nothing, full, index
  std::vector<Column> columns;

  bool operator==(const Table&) const = default;
};

enum class Operation { insert, update, remove };

// A value that wasn't sent since it didn't change is filled in from the row of before, where
// that one is there; else it stays `unchanged`.
using Value = pgwire::LogicalValue;

struct Change {
  Operation operation = Operation::insert;
  const std::shared_ptr<const Table>& table;
  pgwire::LogicalOld old = pgwire::LogicalOld::none;  // what `before` has
  const std::vector<Value>& before;                   // in the table's order; empty where there is none
  const std::vector<Value>& after;                    // empty for a row that was removed
};

struct Truncation {
  std::vector<std::shared_ptr<const Table>> tables;
  bool is_cascade = false;
  bool restarts_identity = false;
};

struct TransactionBegin {
  pgwire::Lsn commit;    // where its commit stands
  base::Instant at;      // of the commit, by the server's clock
  std::uint64_t id = 0;  // with its epoch, as pg_current_xact_id() says
};

struct TransactionEnd {
  pgwire::Lsn end;     // everything before it is complete
  std::string origin;  // of another cluster, whose replication brought it; else empty
};

// Gets committed transactions, one after the other in the order of their commits. What it
// answers is what the reader answers.
class TransactionSink {
 public:
  virtual ~TransactionSink() = default;

  virtual base::Status begin(const TransactionBegin& transaction) = 0;
  virtual base::Status change(const Change& change) = 0;
  virtual base::Status truncate(const Truncation& truncation) = 0;
  // A logical message of the transaction, by whomever: docs/formats/claim.md says which to believe.
  virtual base::Status message(std::string_view prefix, base::ByteView content) = 0;
  virtual base::Status commit(const TransactionEnd& end) = 0;
};

}  // namespace art32::trail
