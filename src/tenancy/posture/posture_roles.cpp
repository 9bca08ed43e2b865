#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "name-unknown",
     .finds = "a role, a schema or an exception of the options that doesn't exist",
     .risk = "What isn't there isn't looked at: the other checks say nothing of the one that was meant.",
     .mend = "the right name in the options",
     .sql = R"sql(
select unknown.name, 'Name it in the options as it is in the database, or not at all.' from (
  select pg_catalog.format('role %I', role) from options cross join pg_catalog.unnest(roles) role
  where role not in (select rolname from pg_catalog.pg_roles)
  union all
  select pg_catalog.format('schema %I', schema) from options cross join pg_catalog.unnest(schemas) schema
  where schema not in (select nspname from pg_catalog.pg_namespace)
  union all
  select 'exception ' || object from options cross join pg_catalog.unnest(left_out) object
  where object not in (
    select pg_catalog.format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace)
    and object not in (select oid::regprocedure::text from pg_catalog.pg_proc)
    and object not in (select name from role_setting)) unknown (name))sql"},

    {.id = "role-superuser",
     .finds = "a role of the application is a superuser",
     .risk = "No policy and no privilege binds it.",
     .mend = "`alter role ... nosuperuser`",
     .sql = R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format('alter role %I nosuperuser;', r.rolname)
from pg_catalog.pg_roles r cross join options o
where r.rolsuper and r.rolname = any (o.roles))sql"},

    {.id = "role-bypasses",
     .finds = "a role of the application has `BYPASSRLS`",
     .risk = "No policy binds it.",
     .mend = "`alter role ... nobypassrls`",
     .sql = R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format('alter role %I nobypassrls;', r.rolname)
from pg_catalog.pg_roles r join application a on a.oid = r.oid
where r.rolbypassrls)sql"},

    {.id = "role-replicates",
     .finds = "a role of the application has `REPLICATION`",
     .risk = "By a replication connection it can copy the whole cluster, or follow every team's changes.",
     .mend = "`alter role ... noreplication`",
     .sql = R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format('alter role %I noreplication;', r.rolname)
from pg_catalog.pg_roles r join application a on a.oid = r.oid
where r.rolreplication)sql"},

    {.id = "role-creates-roles",
     .finds = "a role of the application has `CREATEROLE`",
     .risk = "It can give itself other roles, such as the owner of the tables.",
     .mend = "`alter role ... nocreaterole`",
     .sql = R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format('alter role %I nocreaterole;', r.rolname)
from pg_catalog.pg_roles r join application a on a.oid = r.oid
where r.rolcreaterole)sql"},

    {.id = "role-becomes",
     .finds =
         "a role of the application is, at any distance, a member of a superuser, of a role with "
         "`BYPASSRLS`, `REPLICATION` or `CREATEROLE`, of an owner of what is checked, or of a predefined "
         "role that reads or writes everything, files, programs or statistics, or ends sessions",
     .risk = "SET ROLE, or inheritance, gives every session of the application what that role may.",
     .mend = "`revoke ... from ...`",
     .sql = R"sql(
select pg_catalog.format('role %I', a.rolname),
  pg_catalog.string_agg(distinct pg_catalog.format('revoke %I from %I;', r.rolname, member.rolname), ' ')
from application a
  join acting on acting.application = a.oid
  join pg_catalog.pg_roles r on r.oid = acting.oid
  join pg_catalog.pg_roles member on member.oid = acting.through
where r.rolsuper or r.rolbypassrls or r.rolreplication or r.rolcreaterole
  or r.rolname in ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
    'pg_execute_server_program', 'pg_monitor', 'pg_read_all_stats', 'pg_stat_scan_tables', 'pg_maintain',
    'pg_signal_backend',
    'pg_create_subscription', 'art32_owner')
  or r.oid in (select relowner from relation) or r.oid in (select proowner from routine)
  or r.oid in (select nspowner from schema) or r.oid in (select datdba from this_database)
group by a.rolname)sql"},

    {.id = "role-owns",
     .finds =
         "a role of the application owns the database, a schema, a table, a view, a sequence or a function",
     .risk = "An owner may change what it owns, and take the policies off a table.",
     .mend = "`alter ... owner to ...` a role that the application can't become",
     .sql = R"sql(
select owned.object, case when a.oid = d.datdba or owned.change is null then
    'Give it to a role that the application can''t become.'
  else pg_catalog.format('%s owner to %I;', owned.change, keeper.rolname) end
from (
  select d.name, null, d.datdba from this_database d
  union all
  select pg_catalog.format('schema %I', n.nspname), pg_catalog.format('alter schema %I', n.nspname), n.nspowner
  from schema n
  union all
  select r.name, pg_catalog.format('alter %s %s', case r.relkind when 'S' then 'sequence' else 'table' end, r.name),
    r.relowner
  from relation r where r.relkind <> 'S' or not exists (
    select from pg_catalog.pg_depend p
    where p.classid = 'pg_catalog.pg_class'::regclass and p.objid = r.oid and p.deptype in ('a', 'i'))
  union all
  select f.name, pg_catalog.format('alter routine %s', f.name), f.proowner from routine f) owned (object, change, owner)
  join application a on a.oid = owned.owner
  cross join this_database d join pg_catalog.pg_roles keeper on keeper.oid = d.datdba)sql"},

    {.id = "row-security-off",
     .finds = "sessions of the application begin with `row_security` off",
     .risk = "Its queries of separated tables are errors, and unfiltered where policies don't bind it.",
     .mend = "`alter role ... reset row_security`",
     .sql = R"sql(
select case when a.oid is not null then pg_catalog.format('role %I', a.rolname) else d.name end,
  case when a.oid is null then pg_catalog.format('alter database %I reset row_security;', d.datname)
    when s.setdatabase = 0 then pg_catalog.format('alter role %I reset row_security;', a.rolname)
    else pg_catalog.format('alter role %I in database %I reset row_security;', a.rolname, d.datname) end
from this_database d
  join pg_catalog.pg_db_role_setting s on s.setdatabase in (0, d.oid)
  left join application a on a.oid = s.setrole
where exists (
    select from pg_catalog.unnest(s.setconfig) setting
    where case pg_catalog.split_part(setting, '=', 1) when 'row_security' then
      not pg_catalog.split_part(setting, '=', 2)::boolean end)
  and (a.oid is not null or (s.setrole = 0 and s.setdatabase <> 0)))sql"},

    // A role may alter itself. What is left are limits that operators set, and what it may not set itself.
    {.id = "role-settings",
     .finds =
         "a setting that every session of an application's role begins with, and that is no limit of time, "
         "of memory or of the log",
     .risk =
         "A role may set it for itself: one statement that a team slips in changes what the sessions of all "
         "teams mean and do.",
     .mend = "`alter role ... reset ...`; or leave it out by name",
     .sql = R"sql(
select s.name, pg_catalog.format('alter role %I%s reset %s;', s.rolname,
  case when s.datname is not null then pg_catalog.format(' in database %I', s.datname) end, (
    select pg_catalog.string_agg(pg_catalog.quote_ident(part), '.' order by place)
    from pg_catalog.unnest(pg_catalog.string_to_array(s.setting, '.')) with ordinality named (part, place)))
from role_setting s
where pg_catalog.lower(s.setting) not in ('statement_timeout', 'lock_timeout', 'transaction_timeout',
    'idle_in_transaction_session_timeout', 'idle_session_timeout', 'work_mem', 'maintenance_work_mem', 'temp_buffers',
    'temp_file_limit', 'application_name', 'track_activities', 'row_security')
  and pg_catalog.lower(s.setting) !~ '^log_')sql"},
};

}  // namespace

std::span<const PostureCheck> role_checks() {
  return table;
}

}  // namespace art32::tenancy
