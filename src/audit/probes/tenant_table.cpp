#include "audit/probes/tenant_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "crypto/mac.h"

namespace art32::audit {
namespace {

constexpr const char* tables_sql = R"(
select pg_catalog.format('%I.%I', space.nspname, class.relname), pg_catalog.format('%I', column_.attname),
       pg_catalog.format_type(column_.atttypid, null), class.relkind in ('r', 'p')
from pg_catalog.pg_class class
join pg_catalog.pg_namespace space on space.oid = class.relnamespace
join pg_catalog.pg_attribute column_ on column_.attrelid = class.oid and not column_.attisdropped
where column_.attname = $1 and class.relkind in ('r', 'p', 'v', 'm', 'f') and not class.relispartition
  and space.nspname not in ('pg_catalog', 'information_schema')
  and pg_catalog.has_schema_privilege(space.oid, 'usage')
  and pg_catalog.has_table_privilege(class.oid, 'select')
order by class.relkind, 1)";

constexpr const char* teams_sql = R"(
select distinct pg_catalog.format('%I.%I', space.nspname, class.relname),
       pg_catalog.format('%I', referred.attname), pg_catalog.format_type(referred.atttypid, null)
from pg_catalog.pg_constraint foreign_key
join pg_catalog.pg_attribute column_ on column_.attrelid = foreign_key.conrelid
  and foreign_key.conkey = array[column_.attnum] and column_.attname = $1
join pg_catalog.pg_class class on class.oid = foreign_key.confrelid
join pg_catalog.pg_namespace space on space.oid = class.relnamespace
join pg_catalog.pg_attribute referred on referred.attrelid = class.oid and referred.attnum = foreign_key.confkey[1]
where foreign_key.contype = 'f' and referred.attname <> $1
  and pg_catalog.has_table_privilege(foreign_key.conrelid, 'select')
order by 1)";

constexpr const char* children_sql = R"(
select pg_catalog.format('%I.%I', space.nspname, class.relname), pg_catalog.format('%I', column_.attname),
       pg_catalog.format_type(column_.atttypid, null),
       pg_catalog.format('%I.%I', parent_space.nspname, parent.relname), pg_catalog.format('%I', referred.attname),
       pg_catalog.array_length(foreign_key.conkey, 1) = 1
from pg_catalog.pg_constraint foreign_key
join pg_catalog.pg_class class on class.oid = foreign_key.conrelid
join pg_catalog.pg_namespace space on space.oid = class.relnamespace
join pg_catalog.pg_class parent on parent.oid = foreign_key.confrelid
join pg_catalog.pg_namespace parent_space on parent_space.oid = parent.relnamespace
join pg_catalog.pg_attribute column_ on column_.attrelid = class.oid and column_.attnum = foreign_key.conkey[1]
join pg_catalog.pg_attribute referred on referred.attrelid = parent.oid and referred.attnum = foreign_key.confkey[1]
where foreign_key.contype = 'f' and foreign_key.conparentid = 0 and foreign_key.conrelid <> foreign_key.confrelid
  and not class.relispartition
  and not exists (select from pg_catalog.pg_attribute
                  where attrelid = class.oid and attname = $1 and not attisdropped)
  and pg_catalog.has_schema_privilege(space.oid, 'usage')
  and pg_catalog.has_table_privilege(class.oid, 'select')
order by column_.attnotnull desc, pg_catalog.array_length(foreign_key.conkey, 1), 1, 2)";

constexpr const char* keys_sql = R"(
select pg_catalog.string_agg(pg_catalog.quote_ident(column_.attname), ', ' order by place.ordinality)
from pg_catalog.pg_index index
cross join lateral pg_catalog.unnest(index.indkey::smallint[]) with ordinality place (number, ordinality)
join pg_catalog.pg_attribute column_ on column_.attrelid = index.indrelid and column_.attnum = place.number
where index.indrelid = $1::pg_catalog.regclass and index.indisunique and index.indimmediate and index.indisvalid
  and index.indpred is null and index.indexprs is null and place.ordinality <= index.indnkeyatts
group by index.indexrelid
having not pg_catalog.bool_or(column_.attname = $2)
order by 1)";

constexpr const char* columns_sql = R"(
select pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' order by attnum)
from pg_catalog.pg_attribute
where attrelid = $1::pg_catalog.regclass and attnum > 0 and not attisdropped and attgenerated = '')";

std::string children_of(const TenantTable& table, const std::string& team) {
  return fmt::format("{} in (select {} from {} where {})", table.team_column, table.parent_key,
                     table.parent->name, table.parent->own(team));
}

}  // namespace

std::string TenantTable::own(const std::string& team) const {
  return parent ? children_of(*this, team) : fmt::format("{}::text = {}", team_column, literal(team));
}

std::string TenantTable::foreign(const std::string& team) const {
  if (!parent) return fmt::format("{}::text <> {}", team_column, literal(team));
  return fmt::format("({}) is not true and {} is not null", children_of(*this, team), team_column);
}

std::string TenantTable::value(const std::string& team) const {
  if (!parent) return literal(team) + "::" + team_type;
  return fmt::format("(select {} from {} where {} limit 1)", parent_key, parent->name, parent->own(team));
}

base::Result<std::vector<TenantTable>> tenant_tables(TenantSession& session, const std::string& team_column) {
  ART32_ASSIGN(const auto rows, session.query(tables_sql, {team_column}));
  std::vector<TenantTable> tables;
  for (const auto& row : rows)
    tables.push_back(
        {*row[0], *row[1], *row[2], *row[3] == "t" ? TenantTable::Kind::table : TenantTable::Kind::view});
  return tables;
}

base::Result<std::vector<TenantTable>> tables_of_teams(TenantSession& session,
                                                       const std::string& team_column) {
  ART32_ASSIGN(const auto rows, session.query(teams_sql, {team_column}));
  std::vector<TenantTable> tables;
  for (const auto& row : rows)
    tables.push_back({*row[0], *row[1], *row[2], TenantTable::Kind::teams});
  return tables;
}

base::Result<Children> child_tables(TenantSession& session, const std::string& team_column,
                                    const std::vector<TenantTable>& parents) {
  ART32_ASSIGN(const auto rows, session.query(children_sql, {team_column}));
  std::vector<std::shared_ptr<const TenantTable>> known;
  for (const TenantTable& parent : parents)
    known.push_back(std::make_shared<const TenantTable>(parent));
  const auto find = [&known](const std::string& name) -> std::shared_ptr<const TenantTable> {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& each) { return each->name == name; });
    return found == known.end() ? nullptr : *found;
  };
  Children children;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& row : rows) {
      const auto parent = find(*row[3]);
      if (!parent || find(*row[0]) || *row[5] != "t") continue;
      known.push_back(std::make_shared<const TenantTable>(
          TenantTable{*row[0], *row[1], *row[2], TenantTable::Kind::child, parent, *row[4]}));
      children.tables.push_back(*known.back());
      grew = true;
    }
  }
  for (const auto& row : rows)
    if (find(*row[3]) && !find(*row[0])) children.unclear.push_back(*row[0]);
  return children;
}

base::Result<std::vector<std::string>> unique_keys(TenantSession& session, const TenantTable& table) {
  ART32_ASSIGN(const auto rows, session.query(keys_sql, {table.name, without_quotes(table.team_column)}));
  std::vector<std::string> keys;
  for (const auto& row : rows)
    keys.push_back(row.front().value_or(""));
  return keys;
}

base::Result<std::string> columns_of(TenantSession& session, const TenantTable& table) {
  ART32_ASSIGN(const auto rows, session.query(columns_sql, {table.name}));
  return rows.empty() ? std::string() : rows.front().front().value_or("");
}

std::string literal(const std::string& text) {
  return "'" + base::replace_all(text, "'", "''") + "'";
}

std::string without_quotes(std::string quoted) {
  if (!quoted.starts_with('"')) return quoted;
  return base::replace_all(quoted.substr(1, quoted.size() - 2), "\"\"", "\"");
}

std::string canary_team(const std::string& type, const std::string& seed, CanaryTeam which) {
  const bool is_owner = which == CanaryTeam::owner;
  const crypto::Digest random =
      crypto::hmac_sha256(base::as_bytes(seed), base::as_bytes(is_owner ? "owner" : "other"));
  if (type == "uuid") {
    const std::string digits = base::hex(random);
    return fmt::format("{}-{}-4{}-8{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3),
                       digits.substr(17, 3), digits.substr(20, 12));
  }
  // Numbers that no sequence comes to; odd and even.
  const std::uint64_t number = base::get_u64(random) << 1 | (is_owner ? 1 : 0);
  if (type == "bigint") return std::to_string((number & ~(3ULL << 62)) | (1ULL << 62));
  if (type == "integer") return std::to_string(2'000'000'000 + number % 100'000'000);
  if (type == "smallint") return std::to_string(32'000 + number % 700);
  return "canary-" + base::hex(base::ByteView(random).first(8));
}

}  // namespace art32::audit
