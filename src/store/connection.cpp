#include "store/connection.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/sqlite_error.h"

namespace art32::store {
namespace {

struct Binder {
  sqlite3_stmt* statement;
  int place;

  int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, place); }
  int operator()(std::int64_t value) const { return sqlite3_bind_int64(statement, place, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, place, value); }
  int operator()(const std::string& value) const {
    return sqlite3_bind_text64(statement, place, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  int operator()(const base::Bytes& value) const {
    // A null pointer would bind NULL instead of no octets.
    return value.empty() ? sqlite3_bind_zeroblob(statement, place, 0)
                         : sqlite3_bind_blob64(statement, place, value.data(), value.size(), SQLITE_STATIC);
  }
};

}  // namespace

Database::Connection::~Connection() {
  for (const auto& entry : idle)
    sqlite3_finalize(entry.second);
  const int code = sqlite3_close(handle);
  ART32_ASSERT(code == SQLITE_OK);
}

base::Status Database::Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_failure(handle, code);
  return {};
}

void Database::Connection::roll_back() {
  // SQLite has rolled back by itself after some errors, such as a full disk.
  if (sqlite3_get_autocommit(handle) == 0) sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

BoundStatement::BoundStatement(Database::Connection& connection, std::string sql, sqlite3_stmt* statement)
    : connection_(&connection), sql_(std::move(sql)), statement_(statement) {}

BoundStatement::BoundStatement(BoundStatement&& other) noexcept
    : connection_(other.connection_),
      sql_(std::move(other.sql_)),
      statement_(std::exchange(other.statement_, nullptr)) {}

BoundStatement::~BoundStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  if (connection_->idle.size() >= base::limits::database_cached_statements ||
      !connection_->idle.emplace(std::move(sql_), statement_).second)
    sqlite3_finalize(statement_);
}

base::Result<BoundStatement> BoundStatement::prepare(Database::Connection& connection, std::string_view sql,
                                                     const std::vector<Value>& values) {
  std::string text(sql);
  sqlite3_stmt* statement = nullptr;
  if (const auto found = connection.idle.find(text); found != connection.idle.end()) {
    statement = found->second;
    connection.idle.erase(found);
  } else {
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v3(connection.handle, text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    if (code != SQLITE_OK) return sqlite_failure(connection.handle, code);
    ART32_ASSERT(statement != nullptr);
    ART32_ASSERT(base::trim(rest).empty());  // one statement a call
  }
  BoundStatement bound(connection, std::move(text), statement);
  ART32_ASSERT(sqlite3_bind_parameter_count(statement) == static_cast<int>(values.size()));
  for (int i = 0; i < static_cast<int>(values.size()); ++i) {
    const int code = std::visit(Binder{statement, i + 1}, values[static_cast<std::size_t>(i)]);
    if (code != SQLITE_OK) return sqlite_failure(connection.handle, code);
  }
  return bound;
}

base::Result<bool> BoundStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_failure(connection_->handle, code);
}

}  // namespace art32::store
