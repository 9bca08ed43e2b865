#include "tests/tenancy/protected_database.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/assert.h"
#include "base/file.h"
#include "base/text.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;

// As in CREATE EXTENSION, but from a file of this build instead of the server's folders.
std::string extension_sql(const base::Path& library) {
  std::string sql = *base::read_text_file(base::Path(ART32_SOURCE_FOLDER) / "pg" / "art32--1.0.sql");
  sql = sql.substr(sql.find('\n', sql.find("\\echo")));
  sql = base::replace_all(std::move(sql), "@extschema@", "art32");
  sql = base::replace_all(std::move(sql), "MODULE_PATHNAME", library.string());
  return "create schema art32; set search_path = art32, pg_catalog;\n" + sql;
}

constexpr const char* schema = R"(
create table invoice (
  id bigint generated always as identity primary key,
  team_id bigint not null default art32.current_team_bigint(),
  note text
);
create index on invoice (team_id);
alter table invoice enable row level security;
alter table invoice force row level security;
create policy rows on invoice using (true) with check (true);
create policy team on invoice as restrictive
  using (team_id = (select art32.current_team_bigint()))
  with check (team_id = (select art32.current_team_bigint()));
grant select, insert, update, delete on invoice to app;
)";

}  // namespace

std::string name(Functions functions) {
  return functions == Functions::extension ? "extension" : "plain";
}

std::string plain_sql() {
  return *base::read_text_file(base::Path(ART32_SOURCE_FOLDER) / "pg" / "art32-plain.sql");
}

ProtectedDatabase::ProtectedDatabase(Functions functions)
    : functions_(functions),
      postgres_({.settings = {{"wal_level", "logical"}, {"max_prepared_transactions", "4"}}}) {
  postgres_.add_role("app");
  postgres_.sql("create database app");
  if (functions == Functions::extension) {
    const base::Path library = postgres_.socket_folder() / "art32.so";
    std::filesystem::copy_file(ART32_EXTENSION, library);
    ART32_ASSERT(::chmod(library.c_str(), 0755) == 0);
    write_keys(keys_.text().text());
    set_key_file(key_file().string());
    admin(extension_sql(library));
  } else {
    postgres_.sql("revoke temporary on database app from public");
    admin("begin;\n" + plain_sql() + "commit;\n");
    const std::string line(base::trim(keys_.text().text()));
    admin("select art32.add_key('k1', '" + line.substr(line.find(' ') + 1) + "')");
  }
  admin(schema);
}

ProtectedDatabase::~ProtectedDatabase() {
  postgres_.stop("immediate");
}

void ProtectedDatabase::write_keys(std::string_view text, unsigned mode) const {
  ART32_ASSERT(base::replace_file(key_file(), base::as_bytes(text)).has_value());
  ART32_ASSERT(::chmod(key_file().c_str(), mode) == 0);
  if (::geteuid() != 0) return;
  const passwd* owner = ::getpwnam("postgres");
  ART32_ASSERT(owner != nullptr && ::chown(key_file().c_str(), owner->pw_uid, owner->pw_gid) == 0);
}

// ALTER SYSTEM knows the setting once the library is loaded.
void ProtectedDatabase::set_key_file(const std::string& path) const {
  admin("load '" + (postgres_.socket_folder() / "art32.so").string() +
        "'; alter system set art32.key_file = '" + path + "'");
  admin("select pg_reload_conf()");
}

void ProtectedDatabase::fill() const {
  admin(
      "truncate invoice restart identity; insert into invoice (team_id, note) values "
      "(1, 'one'), (1, 'uno'), (2, 'two'), (2, 'due')");
}

ProtectedDatabase& protected_database(Functions functions) {
  static std::map<Functions, std::unique_ptr<ProtectedDatabase>> databases;
  auto& database = databases[functions];
  if (!database) database = std::make_unique<ProtectedDatabase>(functions);
  database->fill();
  return *database;
}

AppSession::AppSession(const ProtectedDatabase& database, const std::string& user, const std::string& name)
    : database_(database) {
  const PrivatePostgres& postgres = database.postgres();
  auto client =
      net::PostgresClient::connect({"127.0.0.1", postgres.port(), "localhost"}, postgres.authority_pem(),
                                   {user, base::Secret(postgres.password()), name}, patience);
  ART32_ASSERT(client.has_value());
  client_ = std::move(*client);
  session_ = *base::from_hex(ask("select encode(art32.session(), 'hex')"));
}

std::string AppSession::ask(const std::string& sql, const std::vector<std::string>& parameters) {
  const auto answer = client_->query(sql, parameters, patience);
  if (!answer) return answer.error().message();
  std::vector<std::string> cells;
  for (const auto& row : *answer)
    cells.push_back(row.empty() ? "" : row[0].value_or("null"));
  return base::join(cells, " ");
}

base::Bytes AppSession::next_entry(const std::string& team) {
  return tenancy::make_entry(claim_of(team), session_, ++number_, base::SystemClock().now() + 30s,
                             database_.keys());
}

base::Bytes AppSession::next_nobody() {
  return tenancy::make_nobody_entry(session_, ++number_, base::SystemClock().now() + 30s, database_.keys());
}

std::string AppSession::enter(base::ByteView entry) {
  const std::string said = ask("select art32.enter($1)", {"\\x" + base::hex(entry)});
  if (!said.empty() || database_.functions() == Functions::extension) return said;
  const std::string team = ask("select art32.current_team()");
  return team.find("acts for no team: ") == team.npos ? "" : team;
}

}  // namespace art32::test
