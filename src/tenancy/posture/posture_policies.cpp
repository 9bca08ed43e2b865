#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "rls-disabled",
     .finds = "a table with the team's column whose row-level security is off",
     .risk = "No policy is obeyed: every team reads and writes every row of this table.",
     .mend = "`alter table ... enable row level security`",
     .sql = R"sql(
select name, pg_catalog.format('alter table %s enable row level security;', name)
from separated where not relrowsecurity)sql"},

    {.id = "rls-not-forced",
     .finds = "a table with the team's column that doesn't force its policies on its owner",
     .risk =
         "Policies don't bind the owner: what runs as it, such as a function or a view, sees every team's "
         "rows.",
     .mend = "`alter table ... force row level security`",
     .sql = R"sql(
select name, pg_catalog.format('alter table %s force row level security;', name)
from separated where not relforcerowsecurity)sql"},

    {.id = "team-policy-missing",
     .finds = "no policy whose whole condition compares the column to `art32.current_team...()`",
     .risk = "Nothing compares the rows of this table to the team that acts.",
     .mend = "`create policy ... as restrictive using (...) with check (...)`",
     .sql = R"sql(
select s.name, t.mend from separated s join team_policy t on t.relation = s.oid
where not exists (select from policy p where p.relation = s.oid and (p.reads or p.writes)))sql"},

    {.id = "team-policy-permissive",
     .finds = "the comparison stands in a permissive policy only",
     .risk =
         "One permissive policy is enough to show a row, so the next one that anybody adds opens the table.",
     .mend = "the same policy `as restrictive`",
     .sql = R"sql(
select s.name, t.mend from separated s join team_policy t on t.relation = s.oid
where exists (select from policy p where p.relation = s.oid and (p.reads or p.writes))
  and not exists (select from policy p where p.relation = s.oid and (p.reads or p.writes) and p.restrictive))sql"},

    {.id = "team-policy-incomplete",
     .finds = "a restrictive policy that compares only in `USING`, or only in `WITH CHECK`",
     .risk = "What compares only when it reads lets a team write rows of another, and the other way round.",
     .mend = "`alter policy ... using (...) with check (...)`",
     .sql = R"sql(
select s.name, pg_catalog.format('alter policy %I on %s using (%s = (select %s)) with check (%3$s = (select %4$s));',
  p.name, s.name, s.team, s.current_team)
from separated s join policy p on p.relation = s.oid
where p.restrictive and p.all_commands and p.reads <> p.writes and s.oid not in (select relation from held))sql"},

    {.id = "team-policy-narrow",
     .finds = "a restrictive policy that compares, but for some commands or some roles",
     .risk = "Other commands, or other roles, aren't compared to the team at all.",
     .mend = "a policy for all commands and roles",
     .sql = R"sql(
select s.name, t.mend from separated s join team_policy t on t.relation = s.oid
where s.oid not in (select relation from held) and exists (
  select from policy p
  where p.relation = s.oid and p.restrictive and (p.reads or p.writes) and not (p.all_commands and p.all_roles)))sql"},

    {.id = "policy-open",
     .finds = "a permissive policy `using (true)` with no restrictive one beside it",
     .risk = "This policy shows every row, whatever the other permissive ones say.",
     .mend = "`create policy ... as restrictive` beside it",
     .sql = R"sql(
select s.name, t.mend from separated s join team_policy t on t.relation = s.oid
where exists (select from policy_side p where p.relation = s.oid and not p.restrictive and p.condition = 'true')
  and not exists (select from policy_side p where p.relation = s.oid and p.restrictive))sql"},

    {.id = "child-open",
     .finds = "a partition or an inheriting table that the application may name, without the team's policy",
     .risk = "A query that names the partition instead of the whole table obeys the partition's policies, "
             "not the "
             "table's.",
     .mend = "`revoke all on table ... from ...`",
     .sql = R"sql(
select t.name, pg_catalog.format('revoke all on table %s from %s;', t.name,
  pg_catalog.string_agg(distinct g.grantee, ', '))
from team_table t join child c on c.oid = t.oid join granted g on g.relation = t.oid
where not (t.relrowsecurity and t.oid in (select relation from held))
group by t.name)sql"},

    {.id = "nothing-separated",
     .finds = "no table has the team's column",
     .risk = "The other checks have nothing to look at, so their silence means nothing.",
     .mend = "the right column, the right schemas",
     .sql = R"sql(
select d.name, pg_catalog.format('Add the column %I to the tables whose rows belong to a team, or name the '
  'column and the schemas that are meant.', o.team)
from this_database d cross join options o where not exists (select from team_table))sql"},
};

}  // namespace

std::span<const PostureCheck> policy_checks() {
  return table;
}

}  // namespace art32::tenancy
