#include "tests/tenancy/posture_database.h"

#include <map>

#include "base/assert.h"
#include "base/text.h"

namespace art32::test {
namespace {

constexpr std::chrono::seconds patience{20};

constexpr const char* schema = R"(
set client_min_messages = warning;
drop schema if exists house cascade;
create schema house;
grant usage on schema house to shop;
create table house.invoice (
  id bigint generated always as identity primary key,
  team_id bigint not null default art32.current_team_bigint(),
  number text,
  unique (team_id, number)
);
create table house.contact (
  id uuid primary key default gen_random_uuid(),
  "team_id" uuid not null default art32.current_team_uuid(),
  name varchar(80)
);
create index on house.contact (team_id);
do $$
declare
  name text;
  team text;
begin
  for name, team in values ('house.invoice', 'bigint'), ('house.contact', 'uuid') loop
    execute format('alter table %1$s enable row level security; alter table %1$s force row level security;
      create policy rows on %1$s using (true) with check (true);
      create policy team on %1$s as restrictive using (team_id = (select art32.current_team_%2$s()))
        with check (team_id = (select art32.current_team_%2$s()));
      grant select, insert, update, delete on %1$s to shop', name, team);
  end loop;
end
$$;
)";

// What CREATE EXTENSION notes beside the functions.
constexpr const char* extension = R"(
set allow_system_table_mods = on;
insert into pg_catalog.pg_extension select 1000000, 'art32', 10, 'art32'::regnamespace, false, '1.0';
insert into pg_catalog.pg_depend
  select 'pg_proc'::regclass, oid, 0, 'pg_extension'::regclass, 1000000, 0, 'e' from pg_catalog.pg_proc
  where pronamespace = 'art32'::regnamespace;
)";

}  // namespace

base::Result<std::vector<ClientSession::Row>> ClientSession::query(
    const std::string& sql, const std::vector<std::string>& parameters) {
  return client_->query(base::replace_all(sql, "$libdir/art32", library_), parameters, patience);
}

std::unique_ptr<ClientSession> client_session(const PrivatePostgres& postgres, const std::string& database) {
  auto client =
      net::PostgresClient::connect({"127.0.0.1", postgres.port(), "localhost"}, postgres.authority_pem(),
                                   {"app", base::Secret(postgres.password()), database}, patience);
  ART32_ASSERT(client.has_value());
  return std::make_unique<ClientSession>(std::move(*client),
                                         (postgres.socket_folder() / "art32.so").string());
}

PostureDatabase::PostureDatabase(Functions functions) : postgres_(protected_database(functions).postgres()) {
  postgres_.sql("create database posture template app");
  postgres_.add_role("shop");
  if (functions == Functions::plain)
    postgres_.sql(
        "revoke temporary on database posture from public; grant temporary on database posture to "
        "art32_owner");
  session_ = client_session(postgres_, "posture");
  if (functions == Functions::extension) admin(extension);
  make_schema();
  of_a_new_database_ = findings();
  for (const tenancy::Finding& finding : of_a_new_database_)
    if (finding.mend.ends_with(";")) admin(finding.mend);
}

std::string PostureDatabase::admin(const std::string& sql) const {
  return postgres_.sql(sql, "posture");
}

void PostureDatabase::make_schema() const {
  admin(schema);
}

tenancy::PostureOptions PostureDatabase::options() const {
  tenancy::PostureOptions options;
  options.schemas = {"house"};
  options.application_roles = {"shop"};
  return options;
}

std::vector<tenancy::Finding> PostureDatabase::findings(const tenancy::PostureOptions& options) {
  auto found = tenancy::check_posture(*session_, options);
  if (!found) std::fprintf(stderr, "%s\n", found.error().message().c_str());
  ART32_ASSERT(found.has_value());
  return *std::move(found);
}

PostureDatabase& posture_database(Functions functions) {
  static std::map<Functions, std::unique_ptr<PostureDatabase>> databases;
  auto& database = databases[functions];
  if (!database) database = std::make_unique<PostureDatabase>(functions);
  return *database;
}

}  // namespace art32::test
