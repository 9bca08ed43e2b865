#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "table-without-team",
     .finds =
         "a table without the team's column, and without a policy through a foreign key to a separated one, "
         "that the application may use",
     .risk = "Whatever it holds, every team reads.",
     .mend = "the column and its policy; or `... in (select id from parent)`; or leave it out by name",
     .sql = R"sql(
select r.name, pg_catalog.format('Give it the column %I and its policies, or a restrictive policy through its parent '
  '(parent_id in (select id from parent)); or revoke it; or leave it out, with the reason.', o.team)
from relation r cross join options o
where (r.relkind in ('r', 'p') or (r.relkind = 'm' and r.oid not in (select oid from shows_team)))
  and r.oid not in (select oid from team_table) and r.oid not in (select oid from reached)
  and exists (select from granted g where g.relation = r.oid))sql"},

    {.id = "shared-table-writable",
     .finds = "a table like that which the application may write",
     .risk = "What one team writes there, all others read, and may change.",
     .mend = "`revoke insert, update, delete, ... on table ... from ...`",
     .sql = R"sql(
select r.name, pg_catalog.format('revoke insert, update, delete, truncate, trigger on table %s from %s;', r.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from relation r join granted g on g.relation = r.oid and g.privilege in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
where r.relkind in ('r', 'p') and r.oid not in (select oid from team_table) and r.oid not in (select oid from reached)
group by r.name)sql"},

    {.id = "view-not-invoker",
     .finds = "a view of tables that the application may use, without `security_invoker`",
     .risk =
         "It reads with its owner's rights and policies: where policies don't bind the owner, it shows every "
         "team's rows.",
     .mend = "`alter view ... set (security_invoker = true)`",
     .sql = R"sql(
select r.name, pg_catalog.format('alter view %s set (security_invoker = true);', r.name)
from relation r
where r.relkind = 'v' and r.oid in (select oid from shows_table)
  and exists (select from granted g where g.relation = r.oid)
  and not exists (
    select from pg_catalog.pg_options_to_table(r.reloptions) o
    where o.option_name = 'security_invoker' and o.option_value::boolean))sql"},

    {.id = "materialized-view-granted",
     .finds = "a materialised view of separated tables that the application may use",
     .risk = "It holds what its owner saw, of all teams, and no policy can filter it.",
     .mend = "`revoke all on table ... from ...`",
     .sql = R"sql(
select r.name, pg_catalog.format('revoke all on table %s from %s;', r.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from relation r join granted g on g.relation = r.oid
where r.relkind = 'm' and r.oid in (select oid from shows_team)
group by r.name)sql"},

    {.id = "foreign-table-granted",
     .finds = "a foreign table that the application may use",
     .risk = "A foreign table has no policies: it shows what its server shows to the user of the mapping.",
     .mend = "`revoke all on table ... from ...`",
     .sql = R"sql(
select r.name, pg_catalog.format('revoke all on table %s from %s;', r.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from relation r join granted g on g.relation = r.oid
where r.relkind = 'f' group by r.name)sql"},

    {.id = "rule-on-table",
     .finds = "a rule on a separated table",
     .risk = "What a rule does to other tables is done with the rights of this table's owner, not of whoever "
             "asks.",
     .mend = "`drop rule ... on ...`",
     .sql = R"sql(
select t.name, pg_catalog.format('drop rule %I on %s;', w.rulename, t.name)
from guarded t join pg_catalog.pg_rewrite w on w.ev_class = t.oid)sql"},

    {.id = "definer-bypasses",
     .finds =
         "a `SECURITY DEFINER` function of an owner whom policies don't bind, which the application or a "
         "trigger can call",
     .risk = "Its queries see every team's rows, whoever calls it.",
     .mend = "`alter routine ... security invoker`",
     .sql = R"sql(
select f.name, pg_catalog.format('alter routine %s security invoker;', f.name)
from routine f join pg_catalog.pg_roles r on r.oid = f.proowner
where f.prosecdef and f.reachable and (r.rolsuper or r.rolbypassrls))sql"},

    // Where pg_temp isn't named it is searched first, for relations.
    {.id = "definer-search-path",
     .finds = "a `SECURITY DEFINER` function without a `search_path` of its own that ends in `pg_temp`",
     .risk = "Whoever calls it chooses what its names mean, and it runs as its owner.",
     .mend = "`alter routine ... set search_path = ..., pg_temp`",
     .sql = R"sql(
select f.name, pg_catalog.format('alter routine %s set search_path = pg_catalog, %I, pg_temp;', f.name, f.nspname)
from routine f
where f.prosecdef and f.reachable and not exists (
  select from pg_catalog.unnest(f.proconfig) setting
  where setting ~ '^search_path=(""$|(.*, *)?"?pg_temp"?$)'))sql"},

    {.id = "function-leakproof",
     .finds = "a `LEAKPROOF` function",
     .risk = "It may see other teams' rows before the policy does: an error or a note that it makes of them "
             "is out.",
     .mend = "`alter function ... not leakproof`",
     .sql = R"sql(
select f.name, pg_catalog.format('alter function %s not leakproof;', f.name)
from routine f where f.proleakproof)sql"},

    {.id = "event-trigger-owner",
     .finds = "an event trigger whose function belongs to a role that is no superuser",
     .risk = "It runs as whoever changes the schema, superusers too, and its owner can rewrite it.",
     .mend = "`alter function ... owner to ...`",
     .sql = R"sql(
select p.oid::regprocedure::text, case when keeper.rolsuper then
    pg_catalog.format('alter function %s owner to %I;', p.oid::regprocedure, keeper.rolname)
  else pg_catalog.format('drop event trigger %I;', e.evtname) end
from pg_catalog.pg_event_trigger e
  join pg_catalog.pg_proc p on p.oid = e.evtfoid
  join pg_catalog.pg_roles r on r.oid = p.proowner
  join pg_catalog.pg_roles keeper on keeper.oid = e.evtowner
where not r.rolsuper)sql"},
};

}  // namespace

std::span<const PostureCheck> detour_checks() {
  return table;
}

}  // namespace art32::tenancy
