#include <fmt/core.h>

#include <map>

#include "base/assert.h"
#include "store/connection.h"
#include "store/database.h"

namespace art32::store {
namespace {

using Versions = std::map<std::string, int, std::less<>>;

base::Result<Versions> applied_versions(const Database& database) {
  bool has_table = false;
  ART32_CHECKED(database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'", {},
                               [&has_table](const Row&) { has_table = true; }));
  Versions versions;
  if (has_table)
    ART32_CHECKED(database.query(
        "SELECT room, max(version) FROM migrations GROUP BY room", {},
        [&versions](const Row& row) { versions[row.text(0)] = static_cast<int>(row.integer(1)); }));
  return versions;
}

// Per room the last version that this program knows; aborts unless they count from 1.
Versions known_versions(const std::vector<Migration>& migrations) {
  Versions known;
  for (const Migration& migration : migrations) {
    int& last = known[std::string(migration.room)];
    ART32_ASSERT(migration.version == last + 1);
    last = migration.version;
  }
  return known;
}

}  // namespace

base::Status Database::migrate(const std::vector<Migration>& migrations) {
  ART32_ASSIGN(Versions applied, applied_versions(*this));
  for (const auto& [room, version] : known_versions(migrations))
    if (applied[room] > version)
      return base::failure(
          base::ErrorCode::unsupported,
          fmt::format("{}: a newer art32 wrote it ({} {}, this program knows {})",
                      sqlite3_db_filename(connection_->handle, "main"), room, applied[room], version),
          "run the newer program, or restore a backup from before the update");
  for (const Migration& migration : migrations) {
    const std::string room(migration.room);
    if (migration.version <= applied[room]) continue;
    const base::Status status = transaction([&]() -> base::Status {
      ART32_CHECKED(
          connection_->execute("CREATE TABLE IF NOT EXISTS migrations ("
                               "room TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (room, version)"
                               ") STRICT, WITHOUT ROWID"));
      ART32_CHECKED(connection_->execute(std::string(migration.sql)));
      return run("INSERT INTO migrations (room, version) VALUES (?, ?)",
                 {room, std::int64_t{migration.version}});
    });
    if (!status)
      return tl::unexpected<base::Error>(
          status.error().within(fmt::format("migration {} {}", room, migration.version)));
  }
  return {};
}

}  // namespace art32::store
