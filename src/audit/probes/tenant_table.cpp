#include "audit/probes/tenant_table.h"

#include <fmt/format.h>

#include "base/text.h"
#include "crypto/random.h"

namespace art32::audit {
namespace {

constexpr int most_parents = 5;  // one above the other

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

// Of the columns that need a value: name, type, category, a value of an enumeration; and where
// they refer to: table, column, and the team's column there, if it has one.
constexpr const char* needs_sql = R"(
select pg_catalog.format('%I', needed.attname), pg_catalog.format_type(needed.atttypid, needed.atttypmod),
       type.typcategory::text,
       (select enumlabel from pg_catalog.pg_enum where enumtypid = type.oid order by enumsortorder limit 1),
       parent.name, parent.key, parent.team
from pg_catalog.pg_attribute needed
join pg_catalog.pg_type type on type.oid = needed.atttypid
left join lateral (
  select pg_catalog.format('%I.%I', space.nspname, class.relname) as name,
         pg_catalog.format('%I', referred.attname) as key,
         (select pg_catalog.format('%I', attname) from pg_catalog.pg_attribute
          where attrelid = class.oid and attname = $2 and not attisdropped) as team
  from pg_catalog.pg_constraint foreign_key
  join pg_catalog.pg_class class on class.oid = foreign_key.confrelid
  join pg_catalog.pg_namespace space on space.oid = class.relnamespace
  join pg_catalog.pg_attribute referred on referred.attrelid = class.oid
    and referred.attnum = foreign_key.confkey[pg_catalog.array_position(foreign_key.conkey, needed.attnum)]
  where foreign_key.contype = 'f' and foreign_key.conrelid = needed.attrelid
    and needed.attnum = any (foreign_key.conkey)
  limit 1) parent on true
where needed.attrelid = $1::pg_catalog.regclass and needed.attnum > 0 and not needed.attisdropped
  and needed.attnotnull and not needed.atthasdef and needed.attidentity = '' and needed.attgenerated = ''
  and needed.attname <> $2
order by needed.attnum)";

std::string literal(const std::string& text) {
  return "'" + base::replace_all(text, "'", "''") + "'";
}

// An expression of that type; empty for one that nothing is known of.
std::string value_of(const std::string& type, char category, const std::optional<std::string>& label) {
  if (label) return literal(*label);
  const auto is = [&](std::string_view name) {
    return type == name || type.starts_with(std::string(name) + "(");
  };
  if (type == "uuid") return "pg_catalog.gen_random_uuid()";
  if (type == "json" || type == "jsonb") return "'{}'";
  if (type == "bytea") return "'\\x00'";
  if (is("character varying") || is("character"))  // it may be short
    return fmt::format("pg_catalog.substr({}, 1, 8)::{}", literal(base::hex(crypto::random_bytes(4))), type);
  switch (category) {
    case 'N':
      return "1";
    case 'S':
      return literal("art32 canary " + base::hex(crypto::random_bytes(4)));
    case 'B':
      return "false";
    case 'D':
      return "pg_catalog.now()";
    case 'T':
      return "'0'";
    case 'I':
      return "'127.0.0.1'";
    case 'A':
      return "'{}'";
    default:
      return {};
  }
}

struct NewRow {
  std::string table, team_column, team, parents_team;
  std::string returning;  // a column, quoted: what it holds is the answer; empty for none
  int parents = 0;
};
base::Result<std::string> insert(TenantSession& session, const NewRow& row);

// What the column that refers there gets: the key of a row of the team's that is made, or of any
// row of a table that isn't separated.
base::Result<std::string> key_of_parent(TenantSession& session, const TenantSession::Rows::value_type& need,
                                        const NewRow& row) {
  const std::string& parent = *need[4];
  const std::string& key = *need[5];
  if (need[6]) {
    if (row.parents >= most_parents)
      return base::failure(base::ErrorCode::unsupported, fmt::format("{} has too many parents", parent));
    ART32_ASSIGN(const std::string made, insert(session, {parent, *need[6], row.parents_team,
                                                          row.parents_team, key, row.parents + 1}));
    return literal(made);
  }
  ART32_ASSIGN(const auto rows, session.query(fmt::format("select {}::text from {} limit 1", key, parent)));
  if (rows.empty() || !rows.front().front())
    return base::failure(base::ErrorCode::unsupported, fmt::format("{} has no row to refer to", parent));
  return literal(*rows.front().front());
}

base::Result<std::string> insert(TenantSession& session, const NewRow& row) {
  std::string bare = row.team_column;  // as the catalog has it
  if (bare.starts_with('"')) bare = base::replace_all(bare.substr(1, bare.size() - 2), "\"\"", "\"");
  ART32_ASSIGN(const auto needs, session.query(needs_sql, {row.table, bare}));
  std::string columns = row.team_column, values = literal(row.team);
  for (const auto& need : needs) {
    std::string value = value_of(*need[1], need[2]->front(), need[3]);
    if (need[4]) {
      ART32_ASSIGN(value, key_of_parent(session, need, row));
    }
    if (value.empty())
      return base::failure(base::ErrorCode::unsupported,
                           fmt::format("nothing is known of the type {} of {}", *need[1], *need[0]));
    columns += ", " + *need[0];
    values += ", " + value;
  }
  // RETURNING would ask the policies for reading too.
  std::string sql =
      fmt::format("insert into {} ({}) overriding system value values ({})", row.table, columns, values);
  if (!row.returning.empty()) sql += fmt::format(" returning {}::text", row.returning);
  ART32_ASSIGN(const auto rows, session.query(sql));
  return rows.empty() ? std::string() : rows.front().front().value_or("");
}

}  // namespace

base::Result<std::vector<TenantTable>> tenant_tables(TenantSession& session, const std::string& team_column) {
  ART32_ASSIGN(const auto rows, session.query(tables_sql, {team_column}));
  std::vector<TenantTable> tables;
  for (const auto& row : rows)
    tables.push_back({*row[0], *row[1], *row[2], *row[3] == "t"});
  return tables;
}

base::Result<std::vector<TenantTable>> tables_of_teams(TenantSession& session,
                                                       const std::string& team_column) {
  ART32_ASSIGN(const auto rows, session.query(teams_sql, {team_column}));
  std::vector<TenantTable> tables;
  for (const auto& row : rows)
    tables.push_back({*row[0], *row[1], *row[2], true});
  return tables;
}

std::string canary_team(const std::string& type) {
  const base::Bytes random = crypto::random_bytes(16);
  const std::uint64_t number = base::get_u64(random);
  if (type == "uuid") {
    const std::string digits = base::hex(random);
    return fmt::format("{}-{}-4{}-8{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3),
                       digits.substr(17, 3), digits.substr(20, 12));
  }
  // Numbers that no sequence comes to.
  if (type == "bigint") return std::to_string((number >> 2) | (1ULL << 62));
  if (type == "integer") return std::to_string(2'000'000'000 + number % 100'000'000);
  if (type == "smallint") return std::to_string(32'000 + number % 700);
  return "canary-" + base::hex(base::ByteView(random).first(8));
}

base::Status insert_canary_row(TenantSession& session, const TenantTable& table, const std::string& team,
                               const std::string& parents_team) {
  return insert(session, {table.name, table.team_column, team, parents_team, "", 0})
      .map([](const std::string&) {});
}

}  // namespace art32::audit
