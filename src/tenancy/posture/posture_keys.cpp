#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    {.id = "team-column-type",
     .finds = "the team's column is neither an integer, nor `uuid`, nor text that compares octet by octet",
     .risk = "Values that the database takes for equal are different teams to the gateway and the records.",
     .mend = "`bigint`, `uuid` or `text`",
     .sql = R"sql(
select t.name, pg_catalog.format('Make %s a bigint, a uuid, or a text of a deterministic collation; the policies on '
  'it have to be dropped before and made again after.', t.team)
from team_table t left join pg_catalog.pg_collation c on c.oid = t.attcollation
where t.type not in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'text'::regtype,
    'varchar'::regtype) or not coalesce(c.collisdeterministic, true))sql"},

    {.id = "team-column-nullable",
     .finds = "the team's column may be null",
     .risk = "A row without a team is nobody's: no team sees it, and none can export or erase it.",
     .mend = "`alter table ... alter ... set not null`",
     .sql = R"sql(
select name, pg_catalog.format('alter table %s alter %s set not null;', name, team)
from team_table where not attnotnull)sql"},

    {.id = "team-column-default",
     .finds = "the default of the team's column isn't the current team",
     .risk = "The application has to name the team in each insert, and so has to know it from somewhere else "
             "than "
             "the claim.",
     .mend = "`alter table ... alter ... set default art32.current_team...()`",
     .sql = R"sql(
select t.name, pg_catalog.format('alter table %s alter %s set default %s;', t.name, t.team, t.current_team)
from separated t left join pg_catalog.pg_attrdef d on d.adrelid = t.oid and d.adnum = t.number
where coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') !~
  '^[(]?art32[.]current_team(_bigint|_uuid)?[(][)][)]?(::[a-z ]+([(][0-9]+[)])?)?$')sql"},

    {.id = "team-index-missing",
     .finds = "no index begins with the team's column",
     .risk = "Each query of a team reads the rows of all: it is slow, and its time tells how much the others "
             "have.",
     .mend = "`create index on ... (team_id)`",
     .sql = R"sql(
select t.name, pg_catalog.format('create index on %s (%s);', t.name, t.team)
from team_table t
where not exists (
  select from pg_catalog.pg_index i
  where i.indrelid = t.oid and i.indisvalid and i.indpred is null and i.indkey[0] = t.number))sql"},

    // A key that the database draws tells nothing; one that people choose does.
    {.id = "unique-across-teams",
     .finds = "a unique key, of values that people choose, without the team's column",
     .risk =
         "A duplicate is refused whoever has the first one, so a team can ask which values other teams use.",
     .mend = "the team's column first in the key",
     .sql = R"sql(
select t.name, case
  when k.contype is null and pg_catalog.starts_with(shown.index, shown.head) then pg_catalog.format(
    'drop index %I.%I; %s%s, %s;', n.nspname, c.relname, shown.head, t.team,
    pg_catalog.substr(shown.index, pg_catalog.length(shown.head) + 1))
  when k.contype in ('u', 'p') and not exists (
      select from pg_catalog.pg_constraint f where f.contype = 'f' and f.conindid = i.indexrelid) then pg_catalog.format(
    'alter table %s drop constraint %I, add constraint %2$I %s(%s, %s;', t.name, k.conname,
    pg_catalog.split_part(shown.key, '(', 1), t.team,
    pg_catalog.substr(shown.key, pg_catalog.strpos(shown.key, '(') + 1))
  else pg_catalog.format('Put %s first into the key %I, and into the foreign keys to it.', t.team, c.relname) end
from team_table t
  join pg_catalog.pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
  join pg_catalog.pg_class c on c.oid = i.indexrelid and not c.relispartition
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_constraint k on k.conindid = i.indexrelid and k.conrelid = t.oid and k.contype in ('u', 'p', 'x')
  cross join lateral (select
    pg_catalog.pg_get_indexdef(i.indexrelid) as index, pg_catalog.pg_get_constraintdef(k.oid) as key,
    pg_catalog.format('CREATE UNIQUE INDEX %I ON %s USING btree (', c.relname, t.name) as head) shown
where not exists (
  select from pg_catalog.unnest(i.indkey::int2[]) with ordinality part (number, place)
    left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = part.number and a.attnum > 0
    left join pg_catalog.pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  where part.place <= i.indnkeyatts and (part.number = t.number or a.attidentity <> ''
    or pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~
      '^([a-z_0-9]+[.])?(nextval|gen_random_uuid|uuid_generate_v[14]m?c?|uuidv[47])[(]')))sql"},

    {.id = "foreign-key-across-teams",
     .finds = "a foreign key between separated tables without the team's column on both sides",
     .risk = "It is checked against every team's rows: a row can point to another team's, and an error tells "
             "whether that exists.",
     .mend = "the team's column on both sides of the key",
     .sql = R"sql(
select t.name, case when k.confupdtype in ('n', 'd') then pg_catalog.format(
    'Make the foreign key %I again with the column of the team on both sides.', k.conname)
  else pg_catalog.format('%salter table %s drop constraint %I, add constraint %3$I foreign key (%s, %s) '
    'references %s (%s, %s)%s%s%s;', case when not exists (
      select from pg_catalog.pg_index i
      where i.indrelid = p.oid and i.indisunique and i.indisvalid and i.indpred is null
        and i.indnkeyatts = pg_catalog.cardinality(k.confkey) + 1
        and i.indkey::int2[] @> (k.confkey || p.number)) then
      pg_catalog.format('alter table %s add unique (%s, %s); ', p.name, p.team, columns.theirs) end,
    t.name, k.conname, t.team, columns.mine, p.name, p.team, columns.theirs,
    case k.confdeltype when 'r' then ' on delete restrict' when 'c' then ' on delete cascade'
      when 'n' then pg_catalog.format(' on delete set null (%s)', columns.mine)
      when 'd' then pg_catalog.format(' on delete set default (%s)', columns.mine) end,
    case k.confupdtype when 'r' then ' on update restrict' when 'c' then ' on update cascade' end,
    case when k.condeferred then ' deferrable initially deferred' when k.condeferrable then ' deferrable' end) end
from team_table t
  join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f' and k.conparentid = 0
  join separated p on p.oid = k.confrelid
  cross join lateral (
    select pg_catalog.string_agg(pg_catalog.quote_ident(mine.attname), ', ' order by pair.place) as mine,
      pg_catalog.string_agg(pg_catalog.quote_ident(theirs.attname), ', ' order by pair.place) as theirs,
      pg_catalog.bool_or(pair.mine = t.number and pair.theirs = p.number) as with_team
    from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality pair (mine, theirs, place)
      join pg_catalog.pg_attribute mine on mine.attrelid = t.oid and mine.attnum = pair.mine
      join pg_catalog.pg_attribute theirs on theirs.attrelid = p.oid and theirs.attnum = pair.theirs) columns
where not columns.with_team)sql"},
};

}  // namespace

std::span<const PostureCheck> key_checks() {
  return table;
}

}  // namespace art32::tenancy
