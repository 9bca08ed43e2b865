#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "art32-missing",
     .finds = "a function of art32 doesn't exist, or gives another type",
     .risk = "Without it no session acts for a team, and every policy that calls it is an error.",
     .mend = "`create extension art32`, or pg/art32-plain.sql",
     .sql = R"sql(
select 'art32.' || expected.name, case
    when exists (select from pg_catalog.pg_available_extensions x where x.name = 'art32' and x.installed_version is null)
    then 'create extension art32;' else 'Install the extension art32 in this database, or run pg/art32-plain.sql.' end
from (values ('session()', 'bytea'), ('enter(bytea)', 'void'), ('leave()', 'void'), ('current_team()', 'text'),
  ('current_team_bigint()', 'bigint'), ('current_team_uuid()', 'uuid'), ('current_actor()', 'text')
) expected (name, type)
where not exists (
  select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'art32' and p.oid::regprocedure::text = 'art32.' || expected.name
    and pg_catalog.format_type(p.prorettype, null) = expected.type))sql"},

    {.id = "art32-version",
     .finds = "the extension has another version than this program expects",
     .risk = "Gateway and database may understand an entry differently.",
     .mend = "`alter extension art32 update to '1.0'`",
     .sql = R"sql(
select d.name, 'alter extension art32 update to ''1.0'';'
from this_database d join pg_catalog.pg_extension x on x.extname = 'art32' and x.extversion <> '1.0')sql"},

    {.id = "art32-foreign",
     .finds = "a function in the schema art32 that doesn't belong to the schema's owner",
     .risk = "Its owner can rewrite it, and so decide for which team a session acts.",
     .mend = "`alter routine ... owner to ...`",
     .sql = R"sql(
select p.oid::regprocedure::text, pg_catalog.format('alter routine %s owner to %I;', p.oid::regprocedure, r.rolname)
from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  join pg_catalog.pg_roles r on r.oid = n.nspowner
where n.nspname = 'art32' and p.proowner <> n.nspowner)sql"},

    {.id = "art32-schema-open",
     .finds = "anybody but its owner may create in the schema art32",
     .risk = "A function put beside `enter` or `current_team` may be called in its place.",
     .mend = "`revoke create on schema art32 from ...`",
     .sql = R"sql(
select 'schema art32', pg_catalog.format('revoke create on schema art32 from %s;', pg_catalog.string_agg(
  distinct case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end, ', '))
from pg_catalog.pg_namespace n
  cross join pg_catalog.aclexplode(n.nspacl) a
  left join pg_catalog.pg_roles r on r.oid = a.grantee
where n.nspname = 'art32' and a.privilege_type = 'CREATE' and a.grantee <> n.nspowner
having pg_catalog.count(*) > 0)sql"},

    {.id = "keys-readable",
     .finds = "in plain SQL, the entry keys may be read, or policies don't keep others from them",
     .risk = "Whoever reads a key can sign entries, and so act for any team.",
     .mend = "`revoke all on table art32.keys from ...; alter table art32.keys enable row level security`",
     .sql = R"sql(
select 'art32.keys', pg_catalog.format('%salter table art32.keys enable row level security;', (
  select pg_catalog.format('revoke all on table art32.keys from %s; ', pg_catalog.string_agg(
    distinct case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end, ', '))
  from pg_catalog.aclexplode(k.relacl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
  where a.grantee <> k.relowner having pg_catalog.count(*) > 0))
from plain_functions k
where not k.relrowsecurity
  or exists (select from pg_catalog.aclexplode(k.relacl) a where a.grantee <> k.relowner))sql"},

    {.id = "keys-changeable",
     .finds = "in plain SQL, the application may add or remove entry keys",
     .risk = "Whoever adds a key of its own can sign entries, and so act for any team.",
     .mend = "`revoke execute on function art32.add_key(text,text) from ...`",
     .sql = R"sql(
select e.function, pg_catalog.format('revoke execute on function %s from %s;', e.function,
  pg_catalog.string_agg(distinct e.grantee, ', '))
from executable e
where e.nspname = 'art32' and e.proname in ('add_key', 'remove_key')
group by e.function)sql"},

    {.id = "keys-published",
     .finds = "in plain SQL, a publication other than that of the trail has the entry keys in it",
     .risk = "Every subscriber gets the keys, and whoever reads one can act for any team.",
     .mend = "a publication that names its tables or schemas",
     .sql = R"sql(
select 'art32.keys', case when p.puballtables then pg_catalog.format(
    'Make the publication %I again for the schemas or tables that are meant, without art32.', p.pubname)
  when exists (
    select from pg_catalog.pg_publication_rel l join plain_functions k on k.oid = l.prrelid where l.prpubid = p.oid)
  then pg_catalog.format('alter publication %I drop table art32.keys;', p.pubname)
  else pg_catalog.format('alter publication %I drop tables in schema art32;', p.pubname) end
from pg_catalog.pg_publication p join pg_catalog.pg_publication_tables t on t.pubname = p.pubname
where t.schemaname = 'art32' and t.tablename = 'keys' and p.pubname <> (select trail from options))sql"},

    {.id = "art32-owner-open",
     .finds = "in plain SQL, the role `art32_owner` may log in, or has members",
     .risk = "Whoever becomes that role writes into the session which team it acts for.",
     .mend = "`revoke art32_owner from ...; alter role art32_owner nologin`",
     .sql = R"sql(
select 'role art32_owner', pg_catalog.format('%salter role art32_owner nologin nosuperuser;', (
  select pg_catalog.string_agg(pg_catalog.format('revoke art32_owner from %I; ', member.rolname), '')
  from pg_catalog.pg_auth_members m join pg_catalog.pg_roles member on member.oid = m.member where m.roleid = r.oid))
from pg_catalog.pg_roles r
where r.rolname = 'art32_owner' and exists (select from plain_functions) and (r.rolcanlogin or r.rolsuper
  or exists (select from pg_catalog.pg_auth_members m where m.roleid = r.oid)))sql"},

    // The last of those found in 2025: CVE-2025-8713, whose mend came in 15.14, 16.10 and 17.6.
    {.id = "server-outdated",
     .finds = "a server that knows how to show rows through its statistics (before 15.14, 16.10, 17.6)",
     .risk = "Statements, or an operator that tells what it is given, can show rows that policies hide "
             "(CVE-2025-8713, CVE-2023-2455).",
     .mend = "the newest minor version",
     .sql = R"sql(
select d.name, pg_catalog.format('Install the newest minor version; this is %s.',
  pg_catalog.current_setting('server_version'))
from this_database d cross join (
  select pg_catalog.current_setting('server_version_num')::int as number) version
where number < case number / 10000 when 16 then 160010 when 17 then 170006 else 150014 end)sql"},
};

}  // namespace

std::span<const PostureCheck> function_checks() {
  return table;
}

}  // namespace art32::tenancy
