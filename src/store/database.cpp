#include "store/database.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "base/limits.h"
#include "store/connection.h"
#include "store/sqlite_error.h"

namespace art32::store {
namespace {

using base::ErrorCode;
using base::Status;

int checked_column(sqlite3_stmt* statement, int column) {
  ART32_ASSERT(column >= 0 && column < sqlite3_column_count(statement));
  return column;
}

// Before SQLite sees it: the -wal and -shm files take over the mode of this one.
Status create_private(const base::Path& path) {
  if (base::file_facts(path)) return {};
  ART32_CHECKED(base::File::open_write(path, base::Visibility::owner_only));
  return base::sync_folder(path.parent_path());
}

void harden(sqlite3* handle) {
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle,
                       static_cast<int>(std::chrono::milliseconds(base::limits::database_busy_wait).count()));
  for (const int off : {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL})
    ART32_ASSERT(sqlite3_db_config(handle, off, 0, nullptr) == SQLITE_OK);
  for (const int on : {SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_DEFENSIVE})
    ART32_ASSERT(sqlite3_db_config(handle, on, 1, nullptr) == SQLITE_OK);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
}

// Runs `work` between `begin` and COMMIT; rolls back on failure, and when `work` throws.
template <class Work>
Status in_transaction(Database::Connection& connection, const char* begin, const Work& work) {
  ART32_ASSERT(sqlite3_get_autocommit(connection.handle) != 0);
  ART32_CHECKED(connection.execute(begin));
  const struct RollBack {
    Database::Connection& open;
    ~RollBack() { open.roll_back(); }
  } roll_back{connection};
  ART32_CHECKED(work());
  return connection.execute("COMMIT");
}

}  // namespace

bool Row::is_null(int column) const {
  return sqlite3_column_type(statement_, checked_column(statement_, column)) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const {
  return sqlite3_column_int64(statement_, checked_column(statement_, column));
}

double Row::real(int column) const {
  return sqlite3_column_double(statement_, checked_column(statement_, column));
}

std::string Row::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, checked_column(statement_, column));
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

base::Bytes Row::bytes(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, checked_column(statement_, column)));
  if (data == nullptr) return {};
  return {data, data + sqlite3_column_bytes(statement_, column)};
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

base::Result<Database> Database::open(const base::Path& path, Access access) {
  const bool writes = access == Access::read_write;
  if (writes) ART32_CHECKED(create_private(path));
  sqlite3* handle = nullptr;
  const int flags = (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  ART32_ASSERT(handle != nullptr);
  auto connection = std::make_unique<Connection>(handle);
  if (code != SQLITE_OK) return sqlite_failure(handle, code);
  harden(handle);
  Database database(std::move(connection));
  if (writes) {
    std::string mode;
    ART32_CHECKED(
        database.query("PRAGMA journal_mode = WAL", {}, [&mode](const Row& row) { mode = row.text(0); }));
    if (mode != "wal")
      return base::failure(
          ErrorCode::unavailable,
          fmt::format("{}: the file system has no shared memory for SQLite's log", path.string()),
          "put the data folder on a local disk");
    ART32_CHECKED(database.connection_->execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"));
  }
  // The first read of the file's content: says whether it is a database at all.
  ART32_CHECKED(database.query("SELECT count(*) FROM sqlite_schema", {}, [](const Row&) {}));
  return database;
}

Status Database::run(std::string_view sql, const std::vector<Value>& values) {
  ART32_ASSIGN(BoundStatement statement, BoundStatement::prepare(*connection_, sql, values));
  ART32_ASSIGN(const bool has_row, statement.step());
  ART32_ASSERT(!has_row);
  return {};
}

Status Database::query(std::string_view sql, const std::vector<Value>& values,
                       const std::function<void(const Row&)>& visit) const {
  ART32_ASSIGN(BoundStatement statement, BoundStatement::prepare(*connection_, sql, values));
  while (true) {
    ART32_ASSIGN(const bool has_row, statement.step());
    if (!has_row) return {};
    visit(statement.row());
  }
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_->handle);
}
std::int64_t Database::changes() const {
  return sqlite3_changes64(connection_->handle);
}

Status Database::transaction(const std::function<Status()>& work) {
  return in_transaction(*connection_, "BEGIN IMMEDIATE", work);
}

Status Database::snapshot(const std::function<Status()>& work) const {
  return in_transaction(*connection_, "BEGIN", work);
}

Status Database::check_integrity() const {
  std::string finding;
  ART32_CHECKED(query("PRAGMA integrity_check(1)", {}, [&finding](const Row& row) {
    if (row.text(0) != "ok") finding = row.text(0);
  }));
  if (finding.empty())
    ART32_CHECKED(query("PRAGMA foreign_key_check", {}, [&finding](const Row& row) {
      finding =
          fmt::format("row {} of {} refers to a missing row of {}", row.integer(1), row.text(0), row.text(2));
    }));
  if (finding.empty()) return {};
  return base::failure(ErrorCode::corrupt,
                       fmt::format("{}: {}", sqlite3_db_filename(connection_->handle, "main"), finding),
                       "restore the file from a backup; it is never repaired");
}

}  // namespace art32::store
