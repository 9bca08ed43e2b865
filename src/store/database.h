// SQLite, held safely: one connection that writes and checkpoints, WAL mode,
// foreign keys, full synchronous, a busy timeout, deleted content overwritten.
//
// A Database belongs to one thread at a time: callers that share one hold their
// own mutex. Statements are kept prepared by their text. Errors of SQLite become
// base::Error: `exhausted` (disk full), `corrupt` (never repaired), `conflict`
// (locked, or a row still refers to it), `already_exists` (unique). Wrong SQL is
// our bug and aborts. Values bind by type, never as SQL text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/file.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace art32::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, base::Bytes>;

class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  base::Bytes bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// One step of a room's schema; `room` and `version` name it, versions count from 1.
struct Migration {
  std::string_view room;
  int version;
  std::string_view sql;
};

class Database {
 public:
  enum class Access { read_write, read_only };
  struct Connection;  // connection.h, for this room only

  // A new database gets mode 0600 before anything is in it.
  static base::Result<Database> open(const base::Path& path, Access access = Access::read_write);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Applies, each in a transaction, those not yet applied; `unsupported` when a
  // newer program has migrated a room of the list further. Rooms may be mixed;
  // each room's versions stand in order from 1.
  base::Status migrate(const std::vector<Migration>& migrations);

  // Runs one statement to its end; for those that return no rows.
  base::Status run(std::string_view sql, const std::vector<Value>& values = {});
  // Calls `visit` for each row.
  base::Status query(std::string_view sql, const std::vector<Value>& values,
                     const std::function<void(const Row&)>& visit) const;
  std::int64_t last_insert_id() const;
  // Number of rows the last run() changed.
  std::int64_t changes() const;

  // All or nothing: commits when `work` succeeds, rolls back when it fails. Doesn't nest.
  base::Status transaction(const std::function<base::Status()>& work);
  // Everything that `work` reads is of one moment, whoever writes meanwhile. Doesn't nest.
  base::Status snapshot(const std::function<base::Status()>& work) const;
  // SQLite's own integrity check, and that no reference dangles: `corrupt` with
  // the first finding. Reads the whole file: at start-up, not per request.
  base::Status check_integrity() const;

 private:
  explicit Database(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace art32::store
