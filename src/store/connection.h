// The one connection behind a Database, with its prepared statements. For the
// .cpp files of this room only; one thread at a time.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>
#include <unordered_map>

#include "store/database.h"

namespace art32::store {

struct Database::Connection {
  explicit Connection(sqlite3* opened) : handle(opened) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Several statements, no values: for settings and migrations.
  base::Status execute(const std::string& sql);
  void roll_back();

  sqlite3* handle;
  // Those not running now, by their text.
  std::unordered_map<std::string, sqlite3_stmt*> idle;
};

// A prepared statement with its values bound: taken from the connection's idle
// ones (so that a query inside another's visit gets its own), given back at the end.
class BoundStatement {
 public:
  // Keeps references to the values' text and bytes until it goes.
  static base::Result<BoundStatement> prepare(Database::Connection& connection, std::string_view sql,
                                              const std::vector<Value>& values);
  BoundStatement(BoundStatement&& other) noexcept;
  BoundStatement& operator=(BoundStatement&&) = delete;
  ~BoundStatement();

  // True: a row is there. False: at the end.
  base::Result<bool> step();
  Row row() const { return Row(statement_); }

 private:
  BoundStatement(Database::Connection& connection, std::string sql, sqlite3_stmt* statement);

  Database::Connection* connection_;
  std::string sql_;
  sqlite3_stmt* statement_;
};

}  // namespace art32::store
