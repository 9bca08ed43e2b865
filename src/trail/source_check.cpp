#include "trail/source_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"

namespace art32::trail {
namespace {

// `$n` in the order of parameters_of().
constexpr std::string_view prelude = R"sql(
with wanted as (
  select $1::text as role, $2::text as slot, $3::text as publication, $4::text[] as left_out,
    $5::text[] as by_key, nullif($6::text, '')::bigint as keep_megabytes, $7::text as body,
    $8::text[] as personal),
ours as (
  select c.oid, c.relreplident, c.relpersistence, pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
    n.nspname || '.' || c.relname = any (wanted.left_out) as is_left_out,
    n.nspname || '.' || c.relname = any (wanted.by_key) as is_by_key,
    c.relreplident = 'f' or c.relreplident = 'i'
      or (c.relreplident = 'd' and exists (select from pg_catalog.pg_index i
            where i.indrelid = c.oid and i.indisprimary and i.indisvalid)) as has_identity
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, wanted
  where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'art32'))
)sql";

struct SourceCheck {
  std::string_view id;
  std::string_view risk;
  std::string_view sql;  // of rows of object and mend
};

constexpr std::string_view schema_changes = "schema-changes";  // its mend is the script

constexpr SourceCheck table[] = {
    {"wal-level",
     "The write-ahead log doesn't say what was changed. Takes effect when the server is restarted.",
     R"sql(
select 'setting wal_level', 'alter system set wal_level = ''logical'';'
where pg_catalog.current_setting('wal_level') <> 'logical')sql"},

    {"slots-full", "The server has no replication slot left for the reader.",
     R"sql(
select 'setting max_replication_slots', pg_catalog.format(
  'Raise max_replication_slots above %s and restart the server, or drop a slot that nobody reads.', count(*))
from pg_catalog.pg_replication_slots having count(*) >= pg_catalog.current_setting('max_replication_slots')::int
  and not pg_catalog.bool_or(slot_name = (select slot from wanted)))sql"},

    {"role-missing", "Nobody can read the log for the trail.",
     R"sql(
select pg_catalog.format('role %I', wanted.role), pg_catalog.format('create role %I login replication;', wanted.role)
from wanted where not exists (select from pg_catalog.pg_roles r where r.rolname = wanted.role))sql"},

    {"role-replication", "The reader's role may not read the log.",
     R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format('alter role %I login replication;', r.rolname)
from pg_catalog.pg_roles r, wanted
where r.rolname = wanted.role and not (r.rolcanlogin and (r.rolreplication or r.rolsuper)))sql"},

    {"keep-wal",
     "What happens while the trail isn't read isn't what was decided. Takes effect when the server reloads.",
     R"sql(
select 'setting max_slot_wal_keep_size', pg_catalog.format('alter system set max_slot_wal_keep_size = %L;',
  coalesce(wanted.keep_megabytes || 'MB', '-1'))
from wanted, pg_catalog.pg_settings s
where s.name = 'max_slot_wal_keep_size' and s.setting::bigint <> coalesce(wanted.keep_megabytes, -1))sql"},

    {"unlogged", "Changes of an unlogged table never reach the log, so the trail has none of them.",
     R"sql(
select name, pg_catalog.format('alter table %s set logged;', name)
from ours where relpersistence = 'u' and not is_left_out)sql"},

    {"identity", "Of a changed or deleted row the log doesn't say what it was.",
     R"sql(
select name, pg_catalog.format('alter table %s replica identity full;', name)
from ours where relpersistence = 'p'
  and case when is_left_out or is_by_key then not has_identity else relreplident <> 'f' end)sql"},

    {"personal",
     "A column that isn't there protects nobody: it may be called otherwise, and be kept as it is.",
     R"sql(
select column_name, 'Mend "personal" in art32.toml: no table whose changes are recorded has this column. Of a '
  'partitioned table, name each partition.'
from wanted, pg_catalog.unnest(wanted.personal) column_name
where not exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and n.nspname || '.' || c.relname || '.' || a.attname = column_name))sql"},

    {"attribution",
     "In plain SQL a trigger says who changes rows; without it, changes of this table are nobody's.",
     R"sql(
select t.name, case
    when g.oid is null then pg_catalog.format('create trigger art32_attribute after insert or update or delete or '
      'truncate on %s for each statement execute function art32.attribute();', t.name)
    when g.tgfoid <> t.attribute or g.tgtype <> 60 or g.tgqual is not null or g.tgattr <> ''
      then pg_catalog.format('drop trigger art32_attribute on %s;', t.name)
    else pg_catalog.format('alter table %s enable always trigger art32_attribute;', t.name) end
from (
  select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
    (select p.oid from pg_catalog.pg_proc p join pg_catalog.pg_namespace a on a.oid = p.pronamespace
      join pg_catalog.pg_roles r on r.oid = p.proowner
      where a.nspname = 'art32' and p.proname = 'attribute' and p.pronargs = 0 and p.prosecdef
        and r.rolname = 'art32_owner' and not r.rolsuper and not r.rolcanlogin) as attribute
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, wanted
  where c.relkind in ('r', 'p') and c.relpersistence = 'p' and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'art32')
    and n.nspname || '.' || c.relname <> all (wanted.left_out)) t
  left join pg_catalog.pg_trigger g on g.tgrelid = t.oid and g.tgname = 'art32_attribute'
where t.attribute is not null
  and (g.oid is null or g.tgfoid <> t.attribute or g.tgtype <> 60 or g.tgqual is not null or g.tgattr <> ''
    or g.tgenabled <> 'A'))sql"},

    {schema_changes,
     "Who changes the schema leaves no trace, and new tables have no whole old rows in the log.",
     R"sql(
select 'schema art32_trail', ''
from wanted
where not coalesce(pg_catalog.has_table_privilege('public', pg_catalog.to_regclass('art32_trail.canary'), 'insert'), false)
  or (select count(*) from pg_catalog.pg_event_trigger e
    join pg_catalog.pg_proc p on p.oid = e.evtfoid join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_class c on c.relname = 'schema_change' and c.relnamespace = n.oid
  where n.nspname = 'art32_trail' and p.proname = 'record_schema_change' and p.prosrc = wanted.body
    and p.prosecdef and c.relpersistence = 'p' and e.evtenabled = 'A' and e.evttags is null
    and e.evtevent in ('ddl_command_end', 'sql_drop')) <> 2)sql"},

    {"schema-changes-open", "Who may write there can forge changes of the schema, or take them out.",
     R"sql(
select 'art32_trail.schema_change', pg_catalog.format('revoke all on art32_trail.schema_change from %s;',
  pg_catalog.string_agg(distinct case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end, ', '))
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join pg_catalog.aclexplode(c.relacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
where n.nspname = 'art32_trail' and c.relname = 'schema_change' and a.grantee <> c.relowner
  and a.privilege_type <> 'SELECT' having count(*) > 0)sql"},

    {"schema-changes-foreign",
     "Who owns a part of it can forge changes of the schema, or act as a superuser.",
     R"sql(
select part.name, 'Find out who made it, and drop it; or "drop schema art32_trail cascade;", and "art32 trail apply".'
from (
  select n.oid as schema, e.evtowner as owner from pg_catalog.pg_namespace n
    join pg_catalog.pg_event_trigger e on e.evtname = 'art32_schema_change' where n.nspname = 'art32_trail') home
cross join lateral (
  select 'schema art32_trail' from pg_catalog.pg_namespace n where n.oid = home.schema and (n.nspowner <> home.owner
    or exists (select from pg_catalog.aclexplode(n.nspacl) a where a.grantee <> n.nspowner and a.privilege_type = 'CREATE'))
  union all select 'art32_trail.' || c.relname from pg_catalog.pg_class c where c.relnamespace = home.schema
    and (c.relowner <> home.owner or c.relrowsecurity
      or exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
        and t.tgname <> 'art32_attribute')
      or exists (select from pg_catalog.pg_rewrite w where w.ev_class = c.oid))
  union all select 'art32_trail.' || p.proname from pg_catalog.pg_proc p
    where p.pronamespace = home.schema and p.proowner <> home.owner) part (name))sql"},

    {"canary-kept", "Nobody takes out the rows that probes put there.",
     R"sql(
select 'art32_trail.canary', pg_catalog.format('grant delete on art32_trail.canary to %I;', wanted.role)
from wanted join pg_catalog.pg_roles r on r.rolname = wanted.role
where pg_catalog.to_regclass('art32_trail.canary') is not null
  and not pg_catalog.has_table_privilege(r.oid, pg_catalog.to_regclass('art32_trail.canary'), 'delete'))sql"},

    {"publication", "The reader gets no changes, or not all of them.",
     R"sql(
select pg_catalog.format('publication %I', wanted.publication), case
    when p.oid is null then pg_catalog.format('create publication %I for all tables;', wanted.publication)
    when not p.puballtables then pg_catalog.format('drop publication %I;', wanted.publication)
    else pg_catalog.format('alter publication %I set (publish = ''insert, update, delete, truncate'', '
      'publish_via_partition_root = false);', wanted.publication) end
from wanted left join pg_catalog.pg_publication p on p.pubname = wanted.publication
where p.oid is null or not (p.puballtables and p.pubinsert and p.pubupdate and p.pubdelete and p.pubtruncate)
  or p.pubviaroot)sql"},

    {"slot-foreign", "The replication slot is somebody else's.",
     R"sql(
select pg_catalog.format('slot %s', s.slot_name), 'Choose another slot for the trail.'
from pg_catalog.pg_replication_slots s, wanted where s.slot_name = wanted.slot
  and (s.plugin is distinct from 'pgoutput' or s.database is distinct from pg_catalog.current_database()))sql"},

    {"slot-missing", "Nobody keeps the log for the trail: what is changed now will be missing.",
     R"sql(
select pg_catalog.format('slot %s', wanted.slot), 'The server makes it when it begins to read.'
from wanted where not exists (select from pg_catalog.pg_replication_slots s where s.slot_name = wanted.slot))sql"},

    {"slot-lost", "The server has given up what the trail hadn't read yet: those changes are missing.",
     R"sql(
select pg_catalog.format('slot %s', s.slot_name), 'The server makes it anew and records the gap when it reads again.'
from pg_catalog.pg_replication_slots s, wanted where s.slot_name = wanted.slot and s.wal_status = 'lost')sql"},

    {"slot-idle", "Nobody reads from the slot: the server keeps ever more of its log.",
     R"sql(
select pg_catalog.format('slot %s', s.slot_name), 'Is art32 running? `art32 trail status` says why it doesn''t read.'
from pg_catalog.pg_replication_slots s, wanted
where s.slot_name = wanted.slot and not s.active and s.wal_status is distinct from 'lost')sql"},
};

// Of the function that both event triggers call.
constexpr std::string_view body = R"sql(
declare
  change record;
  -- Some may have passwords or keys in them, and a query may be several statements.
  statement constant text := case
    when current_query() ~* 'password|user mapping|subscription|add_key|connection' then null
    else left(current_query(), 10000) end;
  -- Never as whoever changes a table: as its owner, who may do nothing.
  attribute constant regprocedure := (
    select p.oid from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_roles r on r.oid = p.proowner
    where n.nspname = 'art32' and p.proname = 'attribute' and p.pronargs = 0 and p.prosecdef
      and r.rolname = 'art32_owner' and not r.rolsuper and not r.rolcanlogin);
begin
  if tg_event = 'sql_drop' then
    insert into art32_trail.schema_change (command, kind, object, statement)
    select tg_tag, d.object_type, d.object_identity, statement
    from pg_event_trigger_dropped_objects() d where d.original and not d.is_temporary;
    return;
  end if;
  for change in select * from pg_event_trigger_ddl_commands() c
    where c.schema_name is distinct from 'pg_temp' and c.object_identity not like '% on pg\_temp.%' is not false loop
    insert into art32_trail.schema_change (command, kind, object, statement)
    values (change.command_tag, change.object_type, change.object_identity, statement);
    -- Without one, who updates a table that is published gets an error. What can't be done here,
    -- `art32 trail verify` finds; the change of the schema goes on.
    if change.command_tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO') and exists (
        select from pg_class c where c.oid = change.objid and change.classid = 'pg_class'::regclass
          and c.relkind in ('r', 'p') and c.relpersistence <> 't' and c.relreplident <> 'f') then
      begin
        execute format('alter table %s replica identity full', change.objid::regclass);
        if attribute is not null then
          execute format('create trigger art32_attribute after insert or update or delete or truncate on %s '
            'for each statement execute function art32.attribute()', change.objid::regclass);
          execute format('alter table %s enable always trigger art32_attribute', change.objid::regclass);
        end if;
      exception when insufficient_privilege then null;
      end;
    end if;
  end loop;
end
)sql";

std::string array_of(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts)
    quoted.push_back('"' + base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\"") + '"');
  return "{" + base::join(quoted, ",") + "}";
}

std::string statement() {
  std::string sql = std::string(prelude) + "select place, object, mend from (";
  std::size_t place = 0;
  for (const SourceCheck& check : table) {
    sql += fmt::format(
        "{}select {} as place, finding.object::text, finding.mend from ({}) finding (object, mend)\n",
        place == 0 ? "" : "union all ", place, check.sql);
    ++place;
  }
  return sql + ") finding order by place, object collate \"C\"";
}

}  // namespace

base::Result<std::vector<SourceFinding>> check_source(net::SqlSession& session,
                                                      const SourceOptions& options) {
  // What the session has set must not change what a name means.
  ART32_CHECKED(
      session.query("select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false)", {}));
  const std::string keep = options.keep_megabytes ? std::to_string(*options.keep_megabytes) : "";
  ART32_ASSIGN(const auto rows,
               session.query(statement(), {options.role, options.slot, options.publication,
                                           array_of(options.left_out), array_of(options.by_key), keep,
                                           std::string(body), array_of(options.personal)}));
  std::vector<SourceFinding> findings;
  for (const auto& row : rows) {
    ART32_ASSERT(row.size() == 3 && row[0] && row[1] && row[2]);
    const SourceCheck& check = table[base::parse_number(*row[0]).value()];
    findings.push_back({std::string(check.id), *row[1], std::string(check.risk),
                        check.id == schema_changes ? schema_changes_script() : *row[2]});
  }
  return findings;
}

base::Result<std::vector<SourceFinding>> mend_source(net::SqlSession& session, const SourceOptions& options) {
  std::vector<SourceFinding> done;
  // Whoever waits for a table's lock lets nobody else have it.
  ART32_CHECKED(session.query("set lock_timeout = '2s'", {}));
  // What one mend lays bare, the next round mends; a setting that waits for a restart isn't tried again.
  while (true) {
    ART32_ASSIGN(const auto findings, check_source(session, options));
    bool is_new = false;
    for (const SourceFinding& finding : findings) {
      if (!finding.has_sql() || std::find(done.begin(), done.end(), finding) != done.end()) continue;
      ART32_CHECKED(session.query(finding.mend, {}));
      done.push_back(finding);
      is_new = true;
    }
    if (!is_new) return done;
    ART32_CHECKED(session.query("select pg_catalog.pg_reload_conf()", {}));
  }
}

std::string schema_changes_script() {
  return fmt::format(R"sql(do $art32$ begin
  -- What somebody else made under these names isn't taken over.
  if exists (select from pg_catalog.pg_namespace n
      left join pg_catalog.pg_class c on c.relnamespace = n.oid
      left join pg_catalog.pg_proc p on p.pronamespace = n.oid
      left join pg_catalog.pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgname <> 'art32_attribute'
      left join pg_catalog.pg_rewrite w on w.ev_class = c.oid
    where n.nspname = 'art32_trail' and (t.oid is not null or w.oid is not null or exists (
      select from pg_catalog.pg_roles r where r.oid in (n.nspowner, c.relowner, p.proowner)
        and not r.rolsuper and r.rolname <> current_user))) then
    raise exception 'the schema art32_trail, or something in it, is somebody else''s'
      using hint = 'Find out who made it; then: drop schema art32_trail cascade';
  end if;
  create schema if not exists art32_trail;
  create table if not exists art32_trail.schema_change (
    id bigint generated always as identity primary key,
    at timestamptz not null default pg_catalog.clock_timestamp(),
    role text not null default session_user,
    application text not null default pg_catalog.current_setting('application_name'),
    command text not null, kind text, object text, statement text);
  alter table art32_trail.schema_change set logged, replica identity full;
  create table if not exists art32_trail.canary (note text not null check (length(note) <= 100));
  alter table art32_trail.canary set logged, replica identity full;
  grant usage on schema art32_trail to public;
  revoke delete on art32_trail.canary from public;
  grant insert on art32_trail.canary to public;
  create or replace function art32_trail.record_schema_change() returns event_trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body${}$body$;
  revoke all on function art32_trail.record_schema_change() from public;
  drop event trigger if exists art32_schema_change;
  drop event trigger if exists art32_schema_drop;
  create event trigger art32_schema_change on ddl_command_end execute function art32_trail.record_schema_change();
  create event trigger art32_schema_drop on sql_drop execute function art32_trail.record_schema_change();
  alter event trigger art32_schema_change enable always;
  alter event trigger art32_schema_drop enable always;
end $art32$;)sql",
                     body);
}

}  // namespace art32::trail
