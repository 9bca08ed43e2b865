#include "tests/tenancy/shop.h"

#include "base/assert.h"
#include "base/text.h"

namespace art32::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;

constexpr const char* definition = R"(
create schema shop authorization owner;
grant usage on schema shop to app;
set role owner;
set search_path = shop;
create table teams (id bigint primary key, title text not null unique);
create table users (
  id bigint generated always as identity primary key,
  team_id bigint not null references teams,
  email text not null,
  name text unique
);
create unique index users_email_key on users (lower(email));
create table invoices (
  id bigint generated always as identity primary key,
  team_id bigint,
  author bigint references users,
  number text not null,
  unique (number)
);
create table invoice_lines (
  invoice_id bigint not null references invoices on delete cascade,
  position int,
  user_id bigint references users,
  text text,
  primary key (invoice_id, position)
);
create table line_notes (
  id bigint generated always as identity primary key,
  invoice_id bigint,
  position int,
  user_id bigint references users,
  text text,
  foreign key (invoice_id, position) references invoice_lines on delete cascade
);
create table documents (id uuid primary key default gen_random_uuid(), team_id uuid not null, title text);
create table tags (team_id varchar(64) default 'nobody' not null, word text, primary key (team_id, word));
create table small (team_id integer not null, word text);
create index on small (team_id, word);
create table currencies (code text primary key, name text);
create table job_queue (id bigint, payload text);
create view open_invoices as select * from invoices;
create materialized view totals as select count(*) from invoices;
grant select, insert, update, delete, truncate on all tables in schema shop to app;
grant select on currencies to public;
grant insert (code) on currencies to public;
insert into teams values (1, 'one'), (2, 'two');
insert into users (team_id, email, name) values (1, 'a@one', 'a'), (2, 'b@two', 'b');
insert into invoices (team_id, author, number) values (1, 1, '2024-1'), (1, 1, '2024-2'), (2, 2, '2024-3');
insert into invoice_lines values (1, 1, null, 'x'), (2, 1, 1, 'y'), (3, 1, 2, 'z');
insert into line_notes (invoice_id, position, user_id, text) values
  (1, 1, null, 'own'), (3, 1, null, 'foreign'), (null, null, 1, 'own by user'), (null, null, null, 'nobody''s');
insert into documents (team_id, title) values
  ('00000000-0000-0000-0000-000000000001', 'd1'), ('00000000-0000-0000-0000-000000000002', 'd2');
insert into tags values ('1', 'red'), ('2', 'blue');
insert into small values (1, 'a'), (2, 'b');
insert into currencies values ('EUR', 'Euro');
)";

constexpr const char* snapshot_sql = R"(
set search_path = pg_catalog;
with r as (select * from pg_class where relnamespace = 'shop'::regnamespace)
select string_agg(line, e'\n' order by line collate "C") from (
  select concat_ws(' ', 'relation', relname, relkind, relrowsecurity, relforcerowsecurity, reloptions) as line
  from r union all
  select concat_ws(' ', 'grant', relname, g.*) from r, aclexplode(relacl) g union all
  select concat_ws(' ', 'grant', relname, attname, g.*) from r join pg_attribute on attrelid = r.oid,
    aclexplode(attacl) g union all
  select concat_ws(' ', 'column', relname, attname, attnotnull, pg_get_expr(adbin, adrelid)) from r
    join pg_attribute on attrelid = r.oid and attnum > 0 left join pg_attrdef on adrelid = r.oid and adnum = attnum
    union all
  select concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid) from r
    join pg_index on indrelid = r.oid union all
  select concat_ws(' ', 'constraint', relname, conname, pg_get_constraintdef(c.oid)) from r
    join pg_constraint c on conrelid = r.oid union all
  select concat_ws(' ', 'policy', tablename, policyname, permissive, roles, cmd, qual, with_check)
    from pg_policies where schemaname = 'shop'
) lines
)";

}  // namespace

OwnerSession::OwnerSession(const ProtectedDatabase& database) {
  const PrivatePostgres& postgres = database.postgres();
  auto client =
      net::PostgresClient::connect({"127.0.0.1", postgres.port(), "localhost"}, postgres.authority_pem(),
                                   {"owner", base::Secret(postgres.password()), "app"}, patience);
  ART32_ASSERT(client.has_value());
  client_ = std::move(*client);
}

base::Result<std::vector<net::SqlSession::Row>> OwnerSession::query(
    const std::string& sql, const std::vector<std::string>& parameters) {
  return client_->query(sql, parameters, patience);
}

std::string OwnerSession::ask(const std::string& sql) {
  const auto rows = query(sql, {});
  if (!rows) return rows.error().message();
  return rows->empty() ? "" : (*rows)[0][0].value_or("null");
}

namespace {

ProtectedDatabase& with_shop() {
  ProtectedDatabase& database = protected_database(Functions::extension);
  if (database.admin("select count(*) from pg_roles where rolname = 'owner'") == "0")
    database.postgres().add_role("owner");
  database.admin(definition);
  return database;
}

}  // namespace

Shop::Shop() : database_(with_shop()), owner_(database_) {
  options.schemas = {"shop"};
  options.left_out = {{{"shop", "job_queue"}, "the queue's worker acts for every team"},
                      {{"shop", "totals"}, "holds one number of all"}};
  options.global_tables = {{"shop", "currencies"}};
  applying.lock_timeout = 200ms;
  applying.tries = 3;
  applying.pause = [](std::chrono::milliseconds) {};
}

Shop::~Shop() {
  database_.admin("set client_min_messages = warning; drop schema shop cascade");
}

tenancy::Plan Shop::plan() {
  const auto schema = tenancy::read_schema(owner_, {{"shop"}, "app"});
  ART32_ASSERT(schema.has_value());
  auto plan = tenancy::plan_separation(*schema, options);
  ART32_ASSERT(plan.has_value());
  return std::move(*plan);
}

base::Status Shop::apply(const tenancy::Plan& plan) {
  return tenancy::apply_plan(owner_, plan, applying, on_progress);
}

base::Status Shop::undo(const tenancy::Plan& plan) {
  return tenancy::undo_plan(owner_, plan, applying, on_progress);
}

std::string Shop::snapshot() const {
  return database_.admin(snapshot_sql);
}

std::vector<std::string> ids(const tenancy::Plan& plan) {
  std::vector<std::string> found;
  for (const tenancy::Step& step : plan.steps)
    found.push_back(step.id);
  return found;
}

const tenancy::Step* find_step(const tenancy::Plan& plan, const std::string& id) {
  for (const tenancy::Step& step : plan.steps)
    if (step.id == id) return &step;
  return nullptr;
}

bool has_note(const tenancy::Plan& plan, tenancy::NoteKind kind, const tenancy::ObjectName& object,
              const std::string& part) {
  for (const tenancy::Note& note : plan.notes)
    if (note.kind == kind && note.object == object && note.text.find(part) != note.text.npos) return true;
  return false;
}

}  // namespace art32::test
