#include "tenancy/plan/catalog_queries.h"

// Each query uses both parameters, since a server refuses more than a statement has.
#define ART32_TABLES                                                      \
  "with wanted as (select c.*, n.nspname from pg_class c "                \
  "join pg_namespace n on n.oid = c.relnamespace "                        \
  "where n.nspname in (select json_array_elements_text($1::text::json)) " \
  "and c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and $2::text <> '') "

#define ART32_IN_ORDER " order by t.nspname collate \"C\", t.relname collate \"C\""

namespace art32::tenancy::catalog {

const char* const missing_schemas =
    "select name from json_array_elements_text($1::text::json) as name "
    "where not exists (select from pg_namespace where nspname = name)";

const char* const role = "select rolsuper or rolbypassrls from pg_roles where rolname = $1::text";

const char* const team_functions =
    "select count(*) = 3 from pg_proc p join pg_namespace n on n.oid = p.pronamespace where "
    "n.nspname = 'art32' and p.pronargs = 0 and "
    "p.proname in ('current_team', 'current_team_bigint', 'current_team_uuid')";

const char* const tables = ART32_TABLES
    "select t.nspname, t.relname, r.rolname, t.relkind, t.relispartition, "
    "pg_has_role($2::text::name, t.relowner, 'member'), t.relrowsecurity, t.relforcerowsecurity, "
    "t.reltuples::bigint from wanted t join pg_roles r on r.oid = t.relowner" ART32_IN_ORDER;

const char* const columns = ART32_TABLES
    "select t.nspname, t.relname, a.attname, "
    "format_type(case y.typtype when 'd' then y.typbasetype else y.oid end, null), a.attnotnull, "
    "a.attidentity <> '' or a.attgenerated <> '', "
    "case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end "
    "from wanted t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped "
    "join pg_type y on y.oid = a.atttypid "
    "left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum" ART32_IN_ORDER ", a.attnum";

const char* const indexes = ART32_TABLES
    "select t.nspname, t.relname, c.relname, k.columns, k.keys, pg_get_expr(i.indpred, i.indrelid), "
    "m.amname, i.indisunique, i.indisprimary, i.indisvalid and i.indisready, i.indnullsnotdistinct "
    "from wanted t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid "
    "join pg_am m on m.oid = c.relam cross join lateral ("
    "select json_agg(a.attname order by place) as columns, "
    "json_agg(pg_get_indexdef(i.indexrelid, place, false) order by place) as keys "
    "from generate_series(1, i.indnkeyatts) as place "
    "left join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[place - 1]"
    ") k" ART32_IN_ORDER ", c.relname collate \"C\"";

const char* const foreign_keys = ART32_TABLES
    "select t.nspname, t.relname, k.conname, "
    "(select json_agg(a.attname order by u.place) from unnest(k.conkey) with ordinality u(number, place) "
    "join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number), "
    "n.nspname, f.relname, "
    "(select json_agg(a.attname order by u.place) from unnest(k.confkey) with ordinality u(number, place) "
    "join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number) "
    "from wanted t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f' "
    "join pg_class f on f.oid = k.confrelid and not f.relispartition "
    "join pg_namespace n on n.oid = f.relnamespace" ART32_IN_ORDER ", k.conname collate \"C\"";

const char* const policies = ART32_TABLES
    "select t.nspname, t.relname, p.polname, not p.polpermissive, case p.polcmd when 'r' then 'select' "
    "when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end, "
    "(select json_agg(r.rolname order by r.rolname) from pg_roles r where r.oid = any (p.polroles)), "
    "pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) "
    "from wanted t join pg_policy p on p.polrelid = t.oid" ART32_IN_ORDER ", p.polname collate \"C\"";

const char* const checks = ART32_TABLES
    "select t.nspname, t.relname, k.conname, pg_get_expr(k.conbin, k.conrelid), k.convalidated "
    "from wanted t join pg_constraint k on k.conrelid = t.oid and k.contype = 'c'" ART32_IN_ORDER
    ", k.conname collate \"C\"";

// What the owner gave: nobody else's grants are taken back by a REVOKE of the owner.
const char* const grants = ART32_TABLES
    ", given as (select t.oid, null as attname, g.* from wanted t, aclexplode(t.relacl) g union all "
    "select t.oid, a.attname, g.* from wanted t join pg_attribute a on a.attrelid = t.oid "
    "and a.attnum > 0 and not a.attisdropped, aclexplode(a.attacl) g) "
    "select distinct t.nspname collate \"C\", t.relname collate \"C\", coalesce(r.rolname, '') collate "
    "\"C\", "
    "g.privilege_type collate \"C\", g.attname collate \"C\", g.is_grantable "
    "from wanted t join given g on g.oid = t.oid left join pg_roles r on r.oid = g.grantee "
    "where g.grantee <> t.relowner and (g.grantee = 0 or pg_has_role($2::text::name, g.grantee, 'member')) "
    "order by 1, 2, 3, 4, 5 nulls first, 6";

const char* const views =
    "select n.nspname, c.relname, r.rolname, c.relkind = 'm', "
    "coalesce(o.option_value::boolean, false), o.option_value from pg_class c "
    "join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner "
    "left join lateral (select option_value from pg_options_to_table(c.reloptions) "
    "where option_name = 'security_invoker') o on true "
    "where n.nspname in (select json_array_elements_text($1::text::json)) and c.relkind in ('v', 'm') "
    "and c.relpersistence <> 't' and $2::text <> '' "
    "order by n.nspname collate \"C\", c.relname collate \"C\"";

}  // namespace art32::tenancy::catalog
