#include "audit/probes/stored_secrets.h"

#include <fmt/core.h>

#include "net/subprocess.h"
#include "store/database.h"

namespace art32::audit {
namespace {

struct Place {
  std::string table;
  std::vector<std::string> columns;
  std::string_view select;  // row, account, stored
};

bool has_columns(const store::Database& database, const Place& place) {
  std::size_t found = 0;
  for (const std::string& column : place.columns) {
    const auto counted =
        database.query("select count(*) from pragma_table_info(?) where name = ?", {place.table, column},
                       [&found](const store::Row& row) { found += row.integer(0) == 1 ? 1 : 0; });
    if (!counted) return false;
  }
  return found == place.columns.size();
}

base::Result<std::vector<StoredSecret>> read(const base::Path& state_database, const Place& place) {
  ART32_ASSIGN(const auto database,
               store::Database::open(state_database, store::Database::Access::read_only));
  if (!has_columns(database, place))
    return base::failure(base::ErrorCode::unsupported,
                         fmt::format("the table {} isn't there as this probe knows it", place.table),
                         "audit with the version of art32 that made the database");
  std::vector<StoredSecret> secrets;
  ART32_CHECKED(database.query(place.select, {}, [&secrets](const store::Row& row) {
    secrets.push_back({row.integer(0), row.text(1), row.text(2)});
  }));
  return secrets;
}

}  // namespace

base::Result<std::vector<StoredSecret>> stored_passwords(const base::Path& state_database) {
  return read(state_database, {"accounts",
                               {"name", "password"},
                               "select 0, name, password from accounts where password is not null"});
}

base::Result<std::vector<StoredSecret>> stored_tokens(const base::Path& state_database) {
  return read(state_database,
              {"api_tokens", {"id", "account", "token"}, "select id, account, token from api_tokens"});
}

base::Result<bool> stands_in_database_files(const base::Path& state_database, const std::string& octets,
                                            std::chrono::milliseconds limit) {
  net::Command grep;
  // The pattern goes by standard input: argv is for everybody to read.
  grep.arguments = {"grep", "-q", "-a", "-F", "-f", "-", "--", state_database.string()};
  const base::Path log = state_database.string() + "-wal";
  if (base::file_facts(log)) grep.arguments.push_back(log.string());
  grep.environment = {"LC_ALL=C"};
  grep.input = octets + "\n";
  ART32_ASSIGN(const net::Finished finished, net::run(grep, limit));
  if (finished.exit_code == 0) return true;
  if (finished.exit_code == 1) return false;
  return base::failure(base::ErrorCode::unavailable,
                       "the database's files can't be searched: " + finished.errors);
}

}  // namespace art32::audit
