#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "truncate-granted",
     .finds = "`TRUNCATE` on a separated table",
     .risk = "TRUNCATE asks no policy: one team could empty the table of all.",
     .mend = "`revoke truncate on table ... from ...`",
     .sql = R"sql(
select t.name, pg_catalog.format('revoke truncate on table %s from %s;', t.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from guarded t join granted g on g.relation = t.oid and g.privilege = 'TRUNCATE'
group by t.name)sql"},

    {.id = "references-granted",
     .finds = "`REFERENCES` on a separated table",
     .risk =
         "A foreign key that one team makes to it tells which keys of other teams exist, and keeps them from "
         "being deleted.",
     .mend = "`revoke references on table ... from ...`",
     .sql = R"sql(
select t.name, pg_catalog.format('revoke references on table %s from %s;', t.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from guarded t join granted g on g.relation = t.oid and g.privilege = 'REFERENCES'
group by t.name)sql"},

    {.id = "trigger-granted",
     .finds = "`TRIGGER` on a separated table",
     .risk = "A trigger that one team makes runs in the sessions of all others, as they write.",
     .mend = "`revoke trigger on table ... from ...`",
     .sql = R"sql(
select t.name, pg_catalog.format('revoke trigger on table %s from %s;', t.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from guarded t join granted g on g.relation = t.oid and g.privilege = 'TRIGGER'
group by t.name)sql"},

    {.id = "sequence-granted",
     .finds = "`SELECT` or `UPDATE` on a sequence",
     .risk = "One team reads there how much all teams write, or sets it back, so that others' inserts fail.",
     .mend = "`revoke select, update on sequence ... from ...`",
     .sql = R"sql(
select r.name, pg_catalog.format('revoke select, update on sequence %s from %s;', r.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from relation r join granted g on g.relation = r.oid and g.privilege in ('SELECT', 'UPDATE')
where r.relkind = 'S' group by r.name)sql"},

    {.id = "default-privileges",
     .finds = "default privileges that give new tables to the application",
     .risk = "A table is the application's from the moment it is made, before it has a policy.",
     .mend = "`alter default privileges ... revoke all on tables from ...`",
     .sql = R"sql(
select pg_catalog.format('role %I', r.rolname), pg_catalog.format(
  'alter default privileges for role %I%s revoke all on tables from %s;', r.rolname,
  case when s.oid is not null then pg_catalog.format(' in schema %I', s.nspname) end,
  pg_catalog.string_agg(distinct g.name, ', '))
from pg_catalog.pg_default_acl d
  join pg_catalog.pg_roles r on r.oid = d.defaclrole
  left join scope s on s.oid = d.defaclnamespace
  cross join pg_catalog.aclexplode(d.defaclacl) a
  join grantee g on g.oid = a.grantee
where d.defaclobjtype = 'r' and a.grantee <> d.defaclrole and (d.defaclnamespace = 0 or s.oid is not null)
group by r.rolname, s.oid, s.nspname)sql"},

    {.id = "schema-creatable",
     .finds = "`CREATE` on a schema",
     .risk =
         "What one team leaves in a schema, such as a function or an operator, others run into, and run as "
         "themselves.",
     .mend = "`revoke create on schema ... from ...`",
     .sql = R"sql(
select pg_catalog.format('schema %I', n.nspname), pg_catalog.format('revoke create on schema %I from %s;', n.nspname,
  pg_catalog.string_agg(distinct g.name, ', '))
from pg_catalog.pg_namespace n
  cross join pg_catalog.aclexplode(n.nspacl) a
  join grantee g on g.oid = a.grantee
where a.privilege_type = 'CREATE' and a.grantee <> n.nspowner and n.nspname !~ '^pg_(toast_)?temp_'
group by n.nspname)sql"},

    {.id = "database-creatable",
     .finds = "`CREATE` on the database",
     .risk = "Whoever may make schemas may fill them with tables that no policy separates.",
     .mend = "`revoke create on database ... from ...`",
     .sql = R"sql(
select d.name, pg_catalog.format('revoke create on database %I from %s;', d.datname,
  pg_catalog.string_agg(distinct g.name, ', '))
from this_database d cross join pg_catalog.aclexplode(d.acl) a join grantee g on g.oid = a.grantee
where a.privilege_type = 'CREATE' and a.grantee <> d.datdba
group by d.name, d.datname)sql"},

    {.id = "temporary-granted",
     .finds = "`TEMPORARY` on the database, where art32's functions are the plain SQL ones",
     .risk = "What a team leaves in temporary objects stays for the next team of the connection: nothing "
             "drops it.",
     .mend = "`revoke temporary on database ... from ...`",
     .sql = R"sql(
select d.name, pg_catalog.format('revoke temporary on database %I from %s;', d.datname,
  pg_catalog.string_agg(distinct g.name, ', '))
from this_database d cross join pg_catalog.aclexplode(d.acl) a join grantee g on g.oid = a.grantee
where a.privilege_type = 'TEMPORARY' and a.grantee <> d.datdba and exists (select from plain_functions)
group by d.name, d.datname)sql"},

    {.id = "parameter-granted",
     .finds = "a setting of superusers that the application may change",
     .risk =
         "Such settings turn off triggers and foreign keys, load libraries, or name the file of the keys.",
     .mend = "`revoke all on parameter ... from ...`",
     .sql = R"sql(
select 'parameter ' || p.parname, pg_catalog.format('revoke all on parameter %s from %s;', (
    select pg_catalog.string_agg(pg_catalog.quote_ident(part), '.' order by place)
    from pg_catalog.unnest(pg_catalog.string_to_array(p.parname, '.')) with ordinality named (part, place)),
  pg_catalog.string_agg(distinct g.name, ', '))
from pg_catalog.pg_parameter_acl p
  cross join pg_catalog.aclexplode(p.paracl) a
  join grantee g on g.oid = a.grantee
group by p.parname)sql"},

    {.id = "large-objects-usable",
     .finds = "the functions of large objects, which everybody may call unless it is revoked",
     .risk = "A large object belongs to the role, which all teams share, so all read it.",
     .mend = "`revoke execute on function lo_open(oid,integer), ... from public`",
     .sql = R"sql(
select 'pg_catalog.pg_largeobject', pg_catalog.format('revoke execute on function %s from %s;',
  pg_catalog.string_agg(distinct 'pg_catalog.' || e.function, ', '), pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.nspname = 'pg_catalog' and e.proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_get',
  'lo_put', 'lo_unlink', 'lo_import', 'lo_export')
having pg_catalog.count(*) > 0)sql"},

    {.id = "files-readable",
     .finds = "functions that read or write the server's files",
     .risk = "The tables are files too: whoever reads them there reads every team's rows.",
     .mend = "`revoke execute on function pg_read_file(text), ... from ...`",
     .sql = R"sql(
select e.function, pg_catalog.format('revoke execute on function %s%s from %s;',
  case e.nspname when 'pg_catalog' then 'pg_catalog.' end, e.function, pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.proname in ('pg_read_file', 'pg_read_binary_file', 'pg_file_read', 'pg_file_write')
  and (e.nspname = 'pg_catalog' or exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = e.oid and d.deptype = 'e'))
group by e.nspname, e.function)sql"},

    {.id = "activity-readable",
     .finds = "`pg_stat_activity` shows statements of the application's role to that role",
     .risk = "All teams share the role, so each may read the statements that others run, values included.",
     .mend = "`revoke execute on function pg_stat_get_activity(integer), ... from public`",
     .sql = R"sql(
select 'pg_catalog.pg_stat_activity', pg_catalog.format(
  'revoke execute on function %1$s from %2$s; grant execute on function %1$s to pg_monitor;',
  pg_catalog.string_agg(distinct 'pg_catalog.' || e.function, ', '), pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.nspname = 'pg_catalog' and e.proname in ('pg_stat_get_activity', 'pg_stat_get_backend_activity')
  and exists (select from application where oid not in (
    select s.setrole from pg_catalog.pg_db_role_setting s cross join pg_catalog.unnest(s.setconfig) setting
    where case pg_catalog.split_part(setting, '=', 1) when 'track_activities' then
      not pg_catalog.split_part(setting, '=', 2)::boolean end))
having pg_catalog.count(*) > 0)sql"},

    {.id = "sessions-endable",
     .finds =
         "`pg_terminate_backend` and `pg_cancel_backend` end sessions and queries of the application's role",
     .risk = "All teams share the role, so each may end what the others do, again and again.",
     .mend = "`revoke execute on function pg_terminate_backend(integer,bigint), ... from public`",
     .sql = R"sql(
select 'pg_catalog.pg_terminate_backend', pg_catalog.format(
  'revoke execute on function %1$s from %2$s; grant execute on function %1$s to pg_signal_backend;',
  pg_catalog.string_agg(distinct 'pg_catalog.' || e.function, ', '), pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.nspname = 'pg_catalog' and e.proname in ('pg_terminate_backend', 'pg_cancel_backend')
having pg_catalog.count(*) > 0)sql"},

    {.id = "prepared-readable",
     .finds = "`pg_prepared_statements` shows what was prepared in a connection to the application's role",
     .risk = "Teams share connections and what drivers prepare there, so each may read the texts of others, "
             "values included.",
     .mend = "`revoke execute on function pg_prepared_statement() from public`",
     .sql = R"sql(
select 'pg_catalog.pg_prepared_statements', pg_catalog.format(
  'revoke execute on function %1$s from %2$s; grant execute on function %1$s to pg_monitor;',
  pg_catalog.string_agg(distinct 'pg_catalog.' || e.function, ', '), pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.nspname = 'pg_catalog' and e.proname = 'pg_prepared_statement'
having pg_catalog.count(*) > 0)sql"},

    {.id = "statements-readable",
     .finds = "`pg_stat_statements` may be called by the application",
     .risk = "All teams share the role, so each may read what others ran, how often, and how many rows came.",
     .mend = "`revoke execute on function pg_stat_statements(boolean) from public`",
     .sql = R"sql(
select e.function, pg_catalog.format('revoke execute on function %s from %s;', e.function,
  pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
  join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = e.oid and d.deptype = 'e'
  join pg_catalog.pg_extension x on d.refclassid = 'pg_catalog.pg_extension'::regclass and x.oid = d.refobjid
where x.extname = 'pg_stat_statements' and e.proname = 'pg_stat_statements'
group by e.function)sql"},
};

}  // namespace

std::span<const PostureCheck> grant_checks() {
  return table;
}

}  // namespace art32::tenancy
