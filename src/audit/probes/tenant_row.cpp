#include "audit/probes/tenant_row.h"

#include <fmt/format.h>

#include "base/text.h"
#include "crypto/random.h"

namespace art32::audit {
namespace {

constexpr int most_parents = 5;  // one above the other

// Of the columns that need a value: name, type, category, a value of an enumeration or of a CHECK;
// and where they refer to: table, column, and the team's column there, if it has one. A domain
// counts as what it is over.
constexpr const char* needs_sql = R"(
select pg_catalog.format('%I', needed.attname), pg_catalog.format_type(type.oid, case when declared.typbasetype = 0 then needed.atttypmod
                                                                         else declared.typtypmod end),
       type.typcategory::text,
       coalesce(
         (select enumlabel::text from pg_catalog.pg_enum where enumtypid = type.oid order by enumsortorder limit 1),
         (select (pg_catalog.regexp_match(pg_catalog.pg_get_constraintdef(oid), '''([^'']+)''::'))[1]
          from pg_catalog.pg_constraint
          where contype = 'c' and type.typcategory = 'S'
            and (conrelid = needed.attrelid and conkey = array[needed.attnum] or contypid = declared.oid)
          order by oid limit 1)),
       parent.name, parent.key, parent.team,
       exists (select from pg_catalog.pg_index
               where indrelid = needed.attrelid and indisunique and needed.attnum = any (indkey))
from pg_catalog.pg_attribute needed
join pg_catalog.pg_type declared on declared.oid = needed.atttypid
join pg_catalog.pg_type type on type.oid = coalesce(nullif(declared.typbasetype, 0), declared.oid)
left join lateral (
  select pg_catalog.format('%I.%I', space.nspname, class.relname) as name,
         pg_catalog.format('%I', referred.attname) as key,
         (select pg_catalog.format('%I', attname) from pg_catalog.pg_attribute
          where attrelid = class.oid and attname = $3 and not attisdropped) as team
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
  and declared.typdefault is null and needed.attname <> $2
order by needed.attnum)";

// An expression of that type; empty for one that nothing is known of.
std::string value_of(const std::string& type, char category, const std::optional<std::string>& known,
                     const std::string& team, bool is_unique) {
  if (known) return literal(*known);
  const auto is = [&](std::string_view name) {
    return type == name || type.starts_with(std::string(name) + "(");
  };
  const std::string chance = base::hex(crypto::random_bytes(4));
  if (type == "uuid") return "pg_catalog.gen_random_uuid()";
  if (type == "json" || type == "jsonb") return "'{}'";
  if (type == "bytea") return "'\\x00'";
  if (is("character varying") || is("character"))  // it may be short
    return fmt::format("pg_catalog.substr({}, 1, 8)::{}", literal(chance), type);
  switch (category) {
    case 'N':
      if (is_unique && (type == "integer" || type == "bigint"))
        return std::to_string((1U << 30U) + base::get_u64(crypto::random_bytes(8)) % (1U << 30U));
      return "1";
    case 'S':
      return literal(canary_word(team) + chance);
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
    case 'R':
      return "'empty'";
    default:
      return {};
  }
}

struct Row {
  std::string table, team_column, value, team;
  std::string returning;  // a column, quoted: what it holds is the answer; empty for none
  Writing writing = Writing::insert;
  int parents = 0;
};
base::Result<std::string> write(TenantSession& session, const Row& row);

// What the column that refers there gets: the key of a row of the team's that is made (or was there,
// where its rows are used again), or of any row of a table that isn't separated.
base::Result<std::string> key_of_parent(TenantSession& session, const TenantSession::Rows::value_type& need,
                                        const Row& row) {
  const std::string& parent = *need[4];
  const std::string& key = *need[5];
  if (need[6]) {
    if (row.parents >= most_parents)
      return base::failure(base::ErrorCode::unsupported, fmt::format("{} has too many parents", parent));
    if (session.uses_rows_again()) {
      ART32_ASSIGN(const auto there,
                   session.query(fmt::format("select {}::text from {} where {}::text = {} limit 1", key,
                                             parent, *need[6], literal(row.team))));
      if (!there.empty() && there.front().front()) return literal(*there.front().front());
    }
    auto made = write(session, {parent, *need[6], row.team, row.team, key, Writing::insert, row.parents + 1});
    if (!made && session.uses_rows_again())
      made.error().what =
          fmt::format("no row of that team is in {}, and none can be put in: {}", parent, made.error().what);
    return made.map(literal);
  }
  ART32_ASSIGN(const auto rows, session.query(fmt::format("select {}::text from {} limit 1", key, parent)));
  if (rows.empty() || !rows.front().front())
    return base::failure(base::ErrorCode::unsupported, fmt::format("{} has no row to refer to", parent));
  return literal(*rows.front().front());
}

struct Columns {
  std::string names, values;
};

base::Result<Columns> columns_for(TenantSession& session, const Row& row) {
  ART32_ASSIGN(const auto needs,
               session.query(needs_sql, {row.table, without_quotes(row.team_column), session.team_column()}));
  Columns columns{row.team_column, literal(row.value)};
  for (const auto& need : needs) {
    std::string value = value_of(*need[1], need[2]->front(), need[3], row.team, need[7] == "t");
    if (need[4]) {
      ART32_ASSIGN(value, key_of_parent(session, need, row));
    }
    if (value.empty())
      return base::failure(base::ErrorCode::unsupported,
                           fmt::format("nothing is known of the type {} of {}", *need[1], *need[0]));
    columns.names += ", " + *need[0];
    columns.values += ", " + value;
  }
  return columns;
}

// As COPY reads it. The server spells the values, as it would read them.
base::Status copy(TenantSession& session, const Row& row, const Columns& columns) {
  ART32_ASSIGN(const auto rows, session.query("select " + columns.values));
  std::string line;
  for (const auto& cell : rows.front()) {
    if (!line.empty()) line += '\t';
    line += cell ? base::replace_all(*cell, "\\", "\\\\") : "\\N";
  }
  return session.copy_in(fmt::format("copy {} ({}) from stdin", row.table, columns.names), line + "\n");
}

base::Result<std::string> write(TenantSession& session, const Row& row) {
  ART32_ASSIGN(const Columns columns, columns_for(session, row));
  if (row.writing == Writing::copy) {
    ART32_CHECKED(copy(session, row, columns));
    return std::string();
  }
  std::string sql = fmt::format("insert into {} ({}) overriding system value values ({})", row.table,
                                columns.names, columns.values);
  if (row.writing == Writing::upsert) sql += " on conflict do nothing";
  if (row.writing == Writing::merge)
    sql = fmt::format(
        "merge into {} using (values (1)) art32_one on false when not matched then "
        "insert ({}) overriding system value values ({})",
        row.table, columns.names, columns.values);
  // RETURNING would ask the policies for reading too.
  if (!row.returning.empty()) sql += fmt::format(" returning {}::text", row.returning);
  ART32_ASSIGN(const auto rows, session.query(sql));
  return rows.empty() ? std::string() : rows.front().front().value_or("");
}

}  // namespace

base::Status insert_row(TenantSession& session, const NewRow& row) {
  return write(session, {row.table.name, row.table.team_column, row.value, row.team, "", row.writing, 0})
      .map([](const std::string&) {});
}

base::Result<std::string> team_value(TenantSession& session, const TenantTable& table,
                                     const std::string& team) {
  if (!table.parent) return team;
  const TenantTable& parent = *table.parent;
  const std::string find = fmt::format("select {}::text from {} where {} limit 1", table.parent_key,
                                       parent.name, parent.own(team));
  ART32_ASSIGN(auto rows, session.query(find));
  if (rows.empty()) {
    ART32_ASSIGN(const std::string value, team_value(session, parent, team));
    ART32_CHECKED(insert_row(session, {parent, value, team}));
    ART32_ASSIGN(rows, session.query(find));
  }
  if (rows.empty() || !rows.front().front())
    return base::failure(base::ErrorCode::unsupported, fmt::format("{} has no row to refer to", parent.name));
  return *rows.front().front();
}

std::string canary_word(const std::string& team) {
  return "art32 canary of " + team + " ";
}

}  // namespace art32::audit
