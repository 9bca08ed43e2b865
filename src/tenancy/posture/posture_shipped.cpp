#include "tenancy/posture/posture_check.h"

namespace art32::tenancy {
namespace {

constexpr PostureCheck table[] = {
    // Where pg/art32-plain.sql makes others, a test prints the digests that need to stand here.
    {.id = "art32-altered",
     .finds = "a function in the schema art32 that isn't as this program ships it: another body, library, "
              "volatility, `SECURITY` or setting, not the extension's, or one too many",
     .risk =
         "These functions decide for which team a session acts: one that says something else shows rows of "
         "other teams.",
     .mend = "the function as `art32 tenancy functions` or the extension has it",
     .sql = R"sql(
select f.name, case when s.name is null then pg_catalog.format('drop routine %s;', f.name)
  else pg_catalog.format('Find out who changed it, and create %s again as "art32 tenancy functions" prints it, '
    'PARALLEL RESTRICTED.', f.name) end
from art32_function f left join (values
  ('art32.actor_of(art32.entered)', 'a327b23e23aab0aeaf01fd4ff862f36f2df89e7a8234e4a9320282aa06a3168b'),
  ('art32.add_key(text,text)', '2ec988a06712f4b825a9ece05a9551859c658c4fe3bdfafa62f391249033c978'),
  ('art32.attribute()', '5d810c17f0ee371f1b94507a458595a46269de02c6dca331b6b812ef3e0254c7'),
  ('art32.current_actor()', 'b1132bc26e878f1c3c5d84e76d8d88e9273ae0199b15a3e94f596f6391dd3a18'),
  ('art32.current_team()', 'c67b35ea9c2da9449a5f6b578bd4930211cba6769b89b77b840779ba55d378bc'),
  ('art32.current_team_bigint()', '5626d5fec177579f92fd3240713c4e7a809ab0710dd2951879e2d241c754f960'),
  ('art32.current_team_uuid()', '6810429192781d8e561bb985f53fdc3ed2758de72e1a71434d8ae2028167c66e'),
  ('art32.enter(bytea)', 'f09ee2dca2a1ef09dac9c3391e5d5076ccef50e18dcdfb295bb6fd15300e2d9b'),
  ('art32.fault_of(bytea)', 'eb1eaa689cf976df840c828ef8f4a1788e4e27b9f8b4d5469787c01c11e8b240'),
  ('art32.has_state()', 'a3ddea282aeaddf7689b428845fc526002e8f8464d8fbb384bb7809fbe91bbaf'),
  ('art32.leave()', 'e57a1557c1977bae193c95dccb15e69e49492dedbb338520f838ba96c0888ad5'),
  ('art32.number(bytea,integer)', 'a316307cac2a8b7ee47dc8cd74d4a3d33eac353e2ab647b86409285be7881781'),
  ('art32.padded(bytea,integer)', '42036970ed9d15595f0c6e2cd2403f3a50ee5fef09b79468ead036903cd13a0e'),
  ('art32.refuse(text)', '3718d8bf45a3d87d2f70dff610611692567f4d4249e58a5ec20b32d3575e0578'),
  ('art32.remove_key(text)', '6d3fb80873987fb6a3cabb4cb815e650582253bdbd79943c34bf4021fbceefd9'),
  ('art32.session()', 'bfd18bf14abf16fa4e66450fe278be9266661612011b2446f217277a9d7113eb'),
  ('art32.team_bigint(text)', '8287d7e11dffb9951b5709df5525a5b1e8c50d1c5d9e43454d1d9156775e60c8'),
  ('art32.team_bigint_of(art32.entered)', '4d965136ffb7300dd2ae120ad2814f08a229d07e549c04c8272297cc27151f0b'),
  ('art32.team_of(art32.entered)', '8cc3379ce7b9528eff5f439054b097292dde63a872bc7d9bf910da8313f4085c'),
  ('art32.team_uuid(text)', '90df89b9f8ab12a749b083ed2c65e5b3429628b6964af56f943a7e3cc2c2a7d6'),
  ('art32.team_uuid_of(art32.entered)', 'c06b886439c0b415ae2258d3eb566f0db0779423de79f63da2e5d2827e47c403'),
  ('art32.word(bytea,integer)', 'a46e91d363dc036d6dba6a56991a706e5a204f657c6c69dd1c3c9f01214fd031')
) s (name, digest) on s.name = f.name
where exists (select from plain_functions) and s.digest is distinct from f.digest
union all
select f.name, case when s.name is null then pg_catalog.format('drop routine %s;', f.name)
  when x.oid is null then 'Install the extension art32 in this database: its functions are there without it.'
  else pg_catalog.format('create or replace function art32.%s returns %s language c %s parallel %s as %L, %L;%s',
    s.declared, s.type, s.volatility, s.parallel, '$libdir/art32', s.symbol, case when d.objid is null then
      pg_catalog.format(' alter extension art32 add function %s;', f.name) end) end
from art32_function f
  left join (values
    ('art32.session()', 'session()', 'bytea', 'art32_session', 'volatile', 'restricted'),
    ('art32.enter(bytea)', 'enter(entry bytea)', 'void', 'art32_enter', 'volatile', 'unsafe'),
    ('art32.leave()', 'leave()', 'void', 'art32_leave', 'volatile', 'unsafe'),
    ('art32.current_team()', 'current_team()', 'text', 'art32_current_team', 'stable', 'restricted'),
    ('art32.current_team_bigint()', 'current_team_bigint()', 'bigint', 'art32_current_team_bigint', 'stable',
      'restricted'),
    ('art32.current_team_uuid()', 'current_team_uuid()', 'uuid', 'art32_current_team_uuid', 'stable', 'restricted'),
    ('art32.current_actor()', 'current_actor()', 'text', 'art32_current_actor', 'stable', 'restricted')
  ) s (name, declared, type, symbol, volatility, parallel) on s.name = f.name
  left join pg_catalog.pg_extension x on x.extname = 'art32'
  left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid
    and d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = x.oid and d.deptype = 'e'
where not exists (select from plain_functions) and (d.objid is null or s.name is null or (f.lanname = 'c'
  and f.probin = '$libdir/art32' and f.prosrc = s.symbol and f.provolatile = pg_catalog.left(s.volatility, 1)::"char"
  and f.proparallel = pg_catalog.left(s.parallel, 1)::"char" and f.prokind = 'f' and not f.prosecdef
  and not f.proisstrict and not f.proleakproof and f.prosupport = 0 and f.proconfig is null) is not true))sql"},

    {.id = "art32-not-callable",
     .finds = "a role of the application may not call a function of art32 that its sessions need",
     .risk = "None of its sessions acts for a team, or leaves it, and every policy is an error.",
     .mend = "`grant execute on function art32... to ...`",
     .sql = R"sql(
select f.name, pg_catalog.format('grant execute on function %s to %s;', f.name,
  pg_catalog.string_agg(pg_catalog.quote_ident(a.rolname), ', ' order by a.rolname))
from art32_function f cross join application a
where f.proname ~ '^(session|enter|leave|refuse|current_(team|team_bigint|team_uuid|actor)|(team|team_bigint|team_uuid|actor)_of)$'
  and not pg_catalog.has_function_privilege(a.oid, f.oid, 'execute')
group by f.name
union all
select 'schema art32', pg_catalog.format('grant usage on schema art32 to %s;',
  pg_catalog.string_agg(pg_catalog.quote_ident(a.rolname), ', ' order by a.rolname))
from pg_catalog.pg_namespace n cross join application a
where n.nspname = 'art32' and not pg_catalog.has_schema_privilege(a.oid, n.oid, 'usage')
having pg_catalog.count(*) > 0)sql"},

    {.id = "art32-state-open",
     .finds = "in plain SQL, the type `art32.entered` may be used by others, or isn't `art32_owner`'s",
     .risk = "What somebody else makes of that type can stand in for the team that a session has entered.",
     .mend = "`revoke all on type art32.entered from ...; alter type art32.entered owner to art32_owner`",
     .sql = R"sql(
select 'art32.entered', pg_catalog.format('%salter type art32.entered owner to art32_owner;', (
  select pg_catalog.format('revoke all on type art32.entered from %s; ', pg_catalog.string_agg(
    distinct case a.grantee when 0 then 'public' else pg_catalog.quote_ident(r.rolname) end, ', '))
  from pg_catalog.aclexplode(type.acl) a left join pg_catalog.pg_roles r on r.oid = a.grantee
  where a.grantee <> type.typowner having pg_catalog.count(*) > 0))
from (
  select t.typowner, coalesce(t.typacl, pg_catalog.acldefault('T'::"char", t.typowner)) as acl
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'art32' and t.typname = 'entered') type
  join pg_catalog.pg_roles owner on owner.oid = type.typowner
where owner.rolname <> 'art32_owner'
  or exists (select from pg_catalog.aclexplode(type.acl) a where a.grantee <> type.typowner))sql"},
};

}  // namespace

std::span<const PostureCheck> shipped_checks() {
  return table;
}

}  // namespace art32::tenancy
