// What the output plugin pgoutput says of committed transactions: the data of each WalData
// (replication.h) of a logical stream, with protocol version 1 and the option `messages`.
//
// parse_logical_message() gives nothing for what the protocol doesn't allow, and for the
// messages of newer versions, which weren't asked for. Views live as long as the data. Pure; any
// thread. PostgreSQL documentation, section 55.9 "Logical Replication Message Formats".
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "pgwire/lsn.h"

namespace art32::pgwire {

// Values of columns, in the order of the relation's columns.
struct LogicalValue {
  enum class Kind : std::uint8_t {
    null,
    unchanged,  // stored apart (TOAST), not changed, and therefore not sent
    text,       // in the output form of its type
  };
  Kind kind = Kind::null;
  std::string_view text;

  bool operator==(const LogicalValue&) const = default;
};
using LogicalRow = std::vector<LogicalValue>;

// Which columns of the row of before are there: those that aren't are null.
enum class LogicalOld : std::uint8_t { none, key, full };

struct LogicalBegin {
  Lsn commit;             // where the transaction's commit stands
  base::Instant at;       // of the commit
  std::uint32_t xid = 0;  // without its epoch
};

struct LogicalCommit {
  Lsn commit;
  Lsn end;  // from here on the next transaction: what a reader confirms
  base::Instant at;
};

// The transaction came from another cluster.
struct LogicalOrigin {
  Lsn commit;  // there
  std::string_view name;
};

struct LogicalColumn {
  bool is_key = false;  // of the replica identity
  std::string_view name;
  std::uint32_t type = 0;      // OID
  std::int32_t modifier = -1;  // of the type, such as a length

  bool operator==(const LogicalColumn&) const = default;
};

// Before the first change of a relation, and again after it was altered.
struct LogicalRelation {
  std::uint32_t id = 0;  // OID
  std::string_view schema, name;
  char replica_identity = 'd';  // pg_class.relreplident: default, nothing, full, index
  std::vector<LogicalColumn> columns;
};

// Of a type that isn't built in.
struct LogicalType {
  std::uint32_t id = 0;  // OID
  std::string_view schema, name;
};

struct LogicalInsert {
  std::uint32_t relation = 0;
  LogicalRow row;
};

struct LogicalUpdate {
  std::uint32_t relation = 0;
  LogicalOld old = LogicalOld::none;  // none: the replica identity didn't change
  LogicalRow before;
  LogicalRow row;
};

struct LogicalDelete {
  std::uint32_t relation = 0;
  LogicalOld old = LogicalOld::key;
  LogicalRow before;
};

struct LogicalTruncate {
  std::vector<std::uint32_t> relations;
  bool is_cascade = false;
  bool restarts_identity = false;
};

// pg_logical_emit_message: what a program put into the log.
struct LogicalEmitted {
  bool is_transactional = false;  // else it stands between transactions, committed or not
  Lsn at;
  std::string_view prefix;
  base::ByteView content;
};

using LogicalMessage =
    std::variant<LogicalBegin, LogicalCommit, LogicalOrigin, LogicalRelation, LogicalType, LogicalInsert,
                 LogicalUpdate, LogicalDelete, LogicalTruncate, LogicalEmitted>;
std::optional<LogicalMessage> parse_logical_message(base::ByteView data);

}  // namespace art32::pgwire
