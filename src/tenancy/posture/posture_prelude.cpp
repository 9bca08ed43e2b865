#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

// A policy compares if its whole condition is one of a few spellings of "column = current team":
// what is more complicated may be right, but nobody can see it. A further condition can stand in
// a policy of its own.
constexpr std::string_view prelude = R"sql(
with recursive options as (
  select $1::text[] as schemas, $2::text as team, $3::text[] as roles, $4::text[] as left_out, $5::text as trail
),
scope as (
  select n.oid, n.nspname, n.nspowner, n.nspacl
  from pg_catalog.pg_namespace n cross join options o
  where case
    when pg_catalog.cardinality(o.schemas) > 0 then n.nspname = any (o.schemas)
    else n.nspname not in ('information_schema', 'art32', 'art32_trail') and n.nspname !~ '^pg_' end
),
-- Whose names may come into a search path, whatever the options look at.
schema as (
  select n.oid, n.nspname, n.nspowner, n.nspacl
  from pg_catalog.pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
-- Superusers are left to a check of their own: every other one would only repeat it.
application as (
  select r.oid, r.rolname
  from pg_catalog.pg_roles r cross join options o
  where r.rolname = any (o.roles) and not r.rolsuper
),
-- Whom a role of the application may become, itself included, and by which membership.
acting as (
  select oid as application, oid, null::oid as through from application
  union
  select acting.application, m.roleid, m.member
  from acting join pg_catalog.pg_auth_members m on m.member = acting.oid
),
grantee as (
  select 0::oid as oid, 'public' as name
  union
  select r.oid, pg_catalog.quote_ident(r.rolname)
  from pg_catalog.pg_roles r where r.oid in (select oid from acting)
),
-- What an extension made is the extension's to protect.
relation as (
  select c.oid, c.relkind, c.relname, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
    c.reloptions, c.relispartition, pg_catalog.format('%I.%I', s.nspname, c.relname) as name
  from pg_catalog.pg_class c join scope s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),
granted as (
  select r.oid as relation, a.privilege_type as privilege, g.name as grantee
  from relation r
    cross join pg_catalog.aclexplode(coalesce(
      r.relacl, pg_catalog.acldefault(case r.relkind when 'S' then 's'::"char" else 'r'::"char" end, r.relowner))) a
    join grantee g on g.oid = a.grantee
  where a.grantee <> r.relowner
  union
  select r.oid, a.privilege_type, g.name
  from relation r
    join pg_catalog.pg_attribute c on c.attrelid = r.oid
    cross join pg_catalog.aclexplode(c.attacl) a
    join grantee g on g.oid = a.grantee
  where a.grantee <> r.relowner
),
team_table as (
  select r.*, c.attnum as number, c.attnotnull, c.attcollation, base.type,
    pg_catalog.quote_ident(c.attname) as team,
    case
      when base.type in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) then 'art32.current_team_bigint()'
      when base.type = 'uuid'::regtype then 'art32.current_team_uuid()'
      else 'art32.current_team()' end as current_team
  from relation r cross join options o
    join pg_catalog.pg_attribute c on c.attrelid = r.oid and c.attname = o.team and c.attnum > 0 and not c.attisdropped
    join pg_catalog.pg_type t on t.oid = c.atttypid
    cross join lateral (select case t.typtype when 'd' then t.typbasetype else t.oid end as type) base
  where r.relkind in ('r', 'p')
),
child as (
  select distinct i.inhrelid as oid
  from pg_catalog.pg_inherits i
  where i.inhparent in (select oid from team_table) and i.inhrelid in (select oid from team_table)
),
separated as (
  select * from team_table where oid not in (select oid from child)
),
policy_side as (
  select p.polrelid as relation, p.polname as name, not p.polpermissive as restrictive,
    p.polcmd = '*' as all_commands, p.polroles = array[0::oid] as all_roles, side.name as side,
    pg_catalog.regexp_replace(pg_catalog.pg_get_expr(side.condition, p.polrelid),
      '\( SELECT (art32\.current_team(_bigint|_uuid)?\(\))( AS [^() ]+)?\)', '\1') as condition
  from pg_catalog.pg_policy p cross join lateral (values
    ('using', p.polqual), ('check', coalesce(p.polwithcheck, p.polqual))) side (name, condition)
),
policy as (
  select p.relation, p.name, p.restrictive, p.all_commands, p.all_roles,
    pg_catalog.bool_or(compares) filter (where p.side = 'using') as reads,
    pg_catalog.bool_or(compares) filter (where p.side = 'check') as writes
  from policy_side p join team_table t on t.oid = p.relation
    cross join lateral (select coalesce(p.condition = any (array[
      pg_catalog.format('(%s = %s)', t.team, t.current_team),
      pg_catalog.format('(%s = %s)', t.current_team, t.team),
      pg_catalog.format('((%s)::%s = %s)', t.team, pg_catalog.format_type(t.type, null), t.current_team),
      pg_catalog.format('(%s = (%s)::%s)', t.current_team, t.team, pg_catalog.format_type(t.type, null)),
      pg_catalog.format('((%s)::text = art32.current_team())', t.team),
      pg_catalog.format('(art32.current_team() = (%s)::text)', t.team)]), false)) side (compares)
  group by p.relation, p.name, p.restrictive, p.all_commands, p.all_roles
),
held as (
  select relation from policy where restrictive and all_commands and all_roles and reads and writes
),
team_policy as (
  select t.oid as relation, pg_catalog.format(
    'drop policy if exists art32_team on %1$s; create policy art32_team on %1$s as restrictive '
    'using (%2$s = (select %3$s)) with check (%2$s = (select %3$s));%4$s', t.name, t.team, t.current_team,
    case when not exists (select from policy_side p where p.relation = t.oid and not p.restrictive) then
      pg_catalog.format(' create policy art32_rows on %s using (true) with check (true);', t.name) end) as mend
  from team_table t
),
-- From a table to one that its rows point to, by a policy that says so: as people write it, or as
-- a plan of art32's does.
way as (
  select r.oid as child, k.confrelid as parent
  from relation r
    join pg_catalog.pg_constraint k on k.conrelid = r.oid and k.contype = 'f' and pg_catalog.cardinality(k.conkey) = 1
    join relation above on above.oid = k.confrelid
    left join team_table t on t.oid = k.confrelid
    join pg_catalog.pg_attribute mine on mine.attrelid = r.oid and mine.attnum = k.conkey[1]
    join pg_catalog.pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = k.confkey[1]
    join policy_side p on p.relation = r.oid and p.restrictive and p.all_commands and p.all_roles
      and p.condition = any (array[
        pg_catalog.format(E'(%I IN ( SELECT %I.%I\n   FROM %s))', mine.attname, above.relname, theirs.attname,
          above.name),
        pg_catalog.format(E'(EXISTS ( SELECT 1\n   FROM %s art32_parent\n  WHERE (art32_parent.%I = %I.%I)))',
          above.name, theirs.attname, r.relname, mine.attname),
        pg_catalog.format(E'(EXISTS ( SELECT 1\n   FROM %s art32_parent\n  WHERE ((art32_parent.%I = %I.%I) AND '
          '(art32_parent.%s = %s))))', above.name, theirs.attname, r.relname, mine.attname, t.team, t.current_team)])
  where r.relrowsecurity and r.relforcerowsecurity
  group by r.oid, k.confrelid, p.name having pg_catalog.count(distinct p.side) = 2
),
-- What the team's column refers to: a row there is a team, and may be seen by it.
teams as (
  select r.oid
  from relation r
    join team_table t on true
    join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.confrelid = r.oid and k.contype = 'f'
      and k.conkey = array[t.number]
    join pg_catalog.pg_attribute theirs on theirs.attrelid = r.oid and theirs.attnum = k.confkey[1]
    join policy_side p on p.relation = r.oid and p.restrictive and p.all_commands and p.all_roles
      and p.condition = pg_catalog.format('(%I = %s)', theirs.attname, t.current_team)
  where r.relrowsecurity and r.relforcerowsecurity
  group by r.oid, p.name having pg_catalog.count(distinct p.side) = 2
),
-- Tables whose rows belong to the team of a row that they point to, at any distance.
reached as (
  (select w.child as oid from way w join team_table t on t.oid = w.parent union select oid from teams)
  union
  select w.child from reached join way w on w.parent = reached.oid
),
guarded as (
  select r.oid, r.name from relation r
  where r.oid in (select oid from team_table) or r.oid in (select oid from reached)
),
looks_at as (
  select w.ev_class as view, d.refobjid as relation
  from pg_catalog.pg_rewrite w
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> w.ev_class
),
-- Views of tables, and of views of them.
shows_team as (
  select oid from team_table
  union
  select looks_at.view from shows_team join looks_at on looks_at.relation = shows_team.oid
),
shows_table as (
  select oid from relation where relkind in ('r', 'p', 'f', 'm')
  union
  select looks_at.view from shows_table join looks_at on looks_at.relation = shows_table.oid
),
routine as (
  select p.oid, p.proname, p.proowner, p.prosecdef, p.proleakproof, p.proconfig, s.nspname,
    p.oid::regprocedure::text as name,
    exists (select from acting a where pg_catalog.has_function_privilege(a.oid, p.oid, 'execute'))
      or exists (select from pg_catalog.pg_trigger t where t.tgfoid = p.oid) as reachable
  from pg_catalog.pg_proc p join scope s on s.oid = p.pronamespace
),
executable as (
  select p.oid, p.oid::regprocedure as function, p.proname, n.nspname, g.name as grantee
  from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f'::"char", p.proowner))) a
    join grantee g on g.oid = a.grantee
  where a.grantee <> p.proowner
),
this_database as (
  select d.oid, d.datname, d.datdba, pg_catalog.format('database %I', d.datname) as name,
    coalesce(d.datacl, pg_catalog.acldefault('d'::"char", d.datdba)) as acl
  from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()
),
-- What sessions of the application begin with in this database, by its role.
role_setting as (
  select a.rolname, case when s.setdatabase <> 0 then d.datname end as datname, word.setting,
    pg_catalog.format('setting %s of role %I%s', word.setting, a.rolname,
      case when s.setdatabase <> 0 then pg_catalog.format(' in database %I', d.datname) end) as name
  from this_database d
    join pg_catalog.pg_db_role_setting s on s.setdatabase in (0, d.oid)
    join application a on a.oid = s.setrole
    cross join pg_catalog.unnest(s.setconfig) line
    cross join lateral (select pg_catalog.split_part(line, '=', 1) as setting) word
),
-- Each by all that decides what it does, spelled alike by every version of PostgreSQL.
art32_function as (
  select p.*, l.lanname, p.oid::regprocedure::text as name, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    row(p.oid::regprocedure, l.lanname, p.prokind, p.provolatile, p.prosecdef, p.proparallel, p.proisstrict,
      p.proleakproof, p.proretset, pg_catalog.format_type(p.prorettype, null), p.proargnames, p.proargmodes, (
        select pg_catalog.string_agg(pg_catalog.format_type(type, null), ',' order by place)
        from pg_catalog.unnest(p.proallargtypes) with ordinality argument (type, place)),
      p.pronargdefaults, p.proconfig, p.prosupport, p.prosqlbody is null, p.prosrc)::text, 'UTF8')), 'hex') as digest
  from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    join pg_catalog.pg_language l on l.oid = p.prolang
  where n.nspname = 'art32'
),
plain_functions as (
  select c.oid, c.relowner, c.relacl, c.relrowsecurity
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'art32' and c.relname = 'keys'
)
)sql";

}  // namespace

std::string_view posture_prelude() {
  return prelude;
}

}  // namespace art32::tenancy
