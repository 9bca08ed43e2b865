#include "audit/scratch_gateway.h"

#include <fmt/format.h>

#include "base/text.h"
#include "crypto/private_file.h"

namespace art32::audit {
namespace {

constexpr std::string_view roles[] = {"app", "staff", "probe"};

base::Status make_database(const net::ScratchPostgres& postgres) {
  for (const std::string_view role : roles)
    ART32_CHECKED(postgres.add_role(std::string(role)));
  ART32_CHECKED(postgres.sql("create database app owner app").map([](const auto&) {}));
  return postgres.sql("grant pg_read_all_data to staff; revoke create on schema public from public", "app")
      .map([](const auto&) {});
}

// Bills of teams, their lines and notes, and a list that all share.
constexpr const char* separated_schema = R"(
create table team (id bigint primary key, name text not null);
create table bill (
  id bigint generated always as identity primary key,
  team_id bigint not null default art32.current_team_bigint() references team,
  number text not null,
  total numeric(12, 2) not null,
  unique (team_id, number)
);
create table bill_line (
  id uuid primary key default gen_random_uuid(),
  team_id bigint not null default art32.current_team_bigint(),
  bill_id bigint not null references bill,
  what text not null
);
create index on bill_line (team_id);
create table preference (team_id bigint primary key default art32.current_team_bigint(), colour text not null);
create table bill_note (bill_id bigint not null references bill on delete cascade, note text not null);
create index on bill_note (bill_id);
create table currency (code text primary key);
create view open_bills with (security_invoker = true) as select * from bill where total > 0;
alter table team enable row level security;
alter table team force row level security;
create policy rows on team using (true) with check (true);
create policy team on team as restrictive
  using (id = (select art32.current_team_bigint())) with check (id = (select art32.current_team_bigint()));
alter table preference enable row level security;
alter table preference force row level security;
create policy rows on preference using (true) with check (true);
create policy team on preference as restrictive
  using (team_id = (select art32.current_team_bigint()))
  with check (team_id = (select art32.current_team_bigint()));
insert into preference values (1, 'blue'), (2, 'red');
alter table bill enable row level security;
alter table bill force row level security;
alter table bill_line enable row level security;
alter table bill_line force row level security;
create policy rows on bill using (true) with check (true);
create policy rows on bill_line using (true) with check (true);
create policy team on bill as restrictive
  using (team_id = (select art32.current_team_bigint()))
  with check (team_id = (select art32.current_team_bigint()));
create policy team on bill_line as restrictive
  using (team_id = (select art32.current_team_bigint()))
  with check (team_id = (select art32.current_team_bigint()));
alter table bill_note enable row level security;
alter table bill_note force row level security;
create policy rows on bill_note using (true) with check (true);
create policy parent on bill_note as restrictive
  using (bill_id in (select id from bill)) with check (bill_id in (select id from bill));
insert into team values (1, 'one'), (2, 'two');
insert into bill (team_id, number, total) values (1, 'A-1', 10), (1, 'A-2', 20), (2, 'B-1', 30);
insert into bill_line (team_id, bill_id, what) values (1, 1, 'paper'), (2, 3, 'ink');
insert into bill_note values (1, 'paid in cash'), (3, 'late');
insert into currency values ('EUR');
grant select, insert, update, delete on team, bill, bill_line, bill_note, preference to app;
grant select on currency, open_bills to app;
)";

// What a new server lets roles do with what all of them share.
constexpr const char* shared_functions = R"(
revoke execute on function pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid),
  pg_catalog.lo_from_bytea(oid,bytea), pg_catalog.lo_get(oid), pg_catalog.lo_get(oid,bigint,integer),
  pg_catalog.lo_open(oid,integer), pg_catalog.lo_put(oid,bigint,bytea), pg_catalog.lo_unlink(oid) from public;
revoke execute on function pg_catalog.pg_stat_get_activity(integer),
  pg_catalog.pg_stat_get_backend_activity(integer) from public;
revoke execute on function pg_catalog.pg_prepared_statement() from public;
revoke execute on function pg_catalog.pg_terminate_backend(integer,bigint),
  pg_catalog.pg_cancel_backend(integer) from public;
)";

// The key stands in the file that the gateway signs entries with.
base::Status separate(const net::ScratchPostgres& postgres, const base::Path& folder,
                      const std::string& functions_sql) {
  ART32_CHECKED(postgres.sql("create database tenants").map([](const auto&) {}));
  ART32_CHECKED(postgres.sql("revoke temporary on database tenants from public").map([](const auto&) {}));
  ART32_CHECKED(postgres.sql("begin;\n" + functions_sql + "commit;\n", "tenants").map([](const auto&) {}));
  ART32_ASSIGN(const base::Secret keys, crypto::load_private_file(folder / "keys" / "entry.keys"));
  const std::string line(base::trim(keys.text()));
  const std::size_t blank = line.find(' ');
  ART32_CHECKED(
      postgres
          .sql(fmt::format("select art32.add_key('{}', '{}')", line.substr(0, blank), line.substr(blank + 1)),
               "tenants")
          .map([](const auto&) {}));
  ART32_CHECKED(postgres.sql(shared_functions, "tenants").map([](const auto&) {}));
  return postgres.sql(separated_schema, "tenants").map([](const auto&) {});
}

}  // namespace

base::Result<std::string> add_scratch_gateway(const net::ScratchPostgres& postgres, const base::Path& folder,
                                              const std::string& functions_sql) {
  ART32_CHECKED(make_database(postgres));
  ART32_CHECKED(separate(postgres, folder, functions_sql));
  ART32_CHECKED(base::replace_file(folder / "keys" / "database-authority.crt",
                                   base::as_bytes(postgres.authority_pem())));
  std::string lines = fmt::format(R"(
[gateway]
port = 0

[[gateway.database]]
name = "app"
server = "127.0.0.1"
server_port = {0}
server_name = "{1}"
server_authority = "keys/database-authority.crt"
pool_size = 4

[[gateway.database]]
name = "tenants"
tenancy = true
server = "127.0.0.1"
server_port = {0}
server_name = "{1}"
server_authority = "keys/database-authority.crt"
pool_size = 4

[gateway.database.trail]
keep_wal = "1GB"

[gateway.database.posture]
left_out = [
  {{ object = "public.currency", reason = "the same for every team" }},
  {{ object = "public.bill_line", check = "foreign-key-across-teams", reason = "bills aren't chosen by people" }},
]
)",
                                  postgres.port(), net::ScratchPostgres::server_name);
  for (const std::string_view role : roles) {
    const std::string file = fmt::format("keys/{}.password", role);
    ART32_CHECKED(crypto::save_private_file(folder / file, base::as_bytes(postgres.password())));
    lines += fmt::format("\n[[gateway.principal]]\nname = \"{0}\"\nkind = \"{0}\"\npassword_file = \"{1}\"\n",
                         role, file);
  }
  return lines;
}

}  // namespace art32::audit
