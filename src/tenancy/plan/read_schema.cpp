#include "tenancy/plan/read_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>

#include "base/limits.h"
#include "tenancy/plan/catalog_queries.h"

namespace art32::tenancy {

using base::ErrorCode;
using base::failure;

namespace {

// Cells of one row in order; the catalogs' queries say how many there are.
class Cells {
 public:
  explicit Cells(const net::SqlSession::Row& row) : row_(row) {}

  std::string text() { return next_ < row_.size() ? row_[next_++].value_or("") : std::string(); }
  bool flag() { return text() == "t"; }
  ObjectName object() {
    std::string schema = text();
    return {std::move(schema), text()};
  }
  std::int64_t number() {
    const std::string digits = text();
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }
  // A JSON array of strings, where null is an empty one.
  std::vector<std::string> list() {
    std::vector<std::string> items;
    boost::json::error_code trouble;
    const boost::json::value parsed = boost::json::parse(text(), trouble);
    if (trouble || !parsed.is_array()) return items;
    for (const boost::json::value& item : parsed.get_array())
      items.emplace_back(item.is_string() ? std::string_view(item.get_string()) : std::string_view());
    return items;
  }

 private:
  const net::SqlSession::Row& row_;
  std::size_t next_ = 0;
};

Table table_of(Cells cells, ObjectName name) {
  Table table;
  table.name = std::move(name);
  table.owner = cells.text();
  const std::string kind = cells.text();
  table.kind = kind == "p" ? TableKind::partitioned : kind == "f" ? TableKind::foreign : TableKind::ordinary;
  table.is_partition = cells.flag();
  table.is_owned_by_application = cells.flag();
  table.has_row_security = cells.flag();
  table.forces_row_security = cells.flag();
  table.estimated_rows = std::max<std::int64_t>(0, cells.number());
  return table;
}

void add_column(Table& table, Cells cells) {
  table.columns.push_back({cells.text(), cells.text(), cells.flag(), cells.flag(), cells.text()});
}

void add_index(Table& table, Cells cells) {
  Index index;
  index.name = cells.text();
  const std::vector<std::string> columns = cells.list(), keys = cells.list();
  for (std::size_t key = 0; key < std::min(columns.size(), keys.size()); ++key)
    index.keys.push_back({columns[key], keys[key]});
  index.predicate = cells.text();
  index.method = cells.text();
  index.is_unique = cells.flag();
  index.is_primary = cells.flag();
  index.is_valid = cells.flag();
  index.is_nulls_not_distinct = cells.flag();
  table.indexes.push_back(std::move(index));
}

void add_foreign_key(Table& table, Cells cells) {
  table.foreign_keys.push_back({cells.text(), cells.list(), cells.object(), cells.list()});
}

void add_policy(Table& table, Cells cells) {
  table.policies.push_back(
      {cells.text(), cells.flag(), cells.text(), cells.list(), cells.text(), cells.text()});
}

void add_check(Table& table, Cells cells) {
  table.checks.push_back({cells.text(), cells.text(), cells.flag()});
}

void add_grant(Table& table, Cells cells) {
  table.grants.push_back({cells.text(), cells.text(), cells.text(), cells.flag()});
}

View view_of(Cells cells, ObjectName name) {
  View view;
  view.name = std::move(name);
  view.owner = cells.text();
  view.is_materialized = cells.flag();
  view.is_invoker = cells.flag();
  view.invoker_option = cells.text();
  return view;
}

struct TablePart {
  const char* query;
  void (*add)(Table&, Cells);
};

const TablePart table_parts[] = {
    {catalog::columns, add_column},  {catalog::indexes, add_index}, {catalog::foreign_keys, add_foreign_key},
    {catalog::policies, add_policy}, {catalog::checks, add_check},  {catalog::grants, add_grant},
};

base::Status read_names(net::SqlSession& session, const ReadOptions& options, const std::string& schemas,
                        DatabaseSchema& schema) {
  ART32_ASSIGN(const auto missing, session.query(catalog::missing_schemas, {schemas}));
  if (!missing.empty())
    return failure(ErrorCode::not_found,
                   fmt::format("there is no schema {}", quote(missing[0][0].value_or(""))),
                   "name schemas as \\dn in psql does");
  ART32_ASSIGN(const auto roles, session.query(catalog::role, {options.application_role}));
  if (roles.empty())
    return failure(ErrorCode::not_found, fmt::format("there is no role {}", quote(options.application_role)),
                   "name the role that the application connects as");
  schema.application_role = options.application_role;
  schema.is_application_exempt = Cells(roles[0]).flag();
  ART32_ASSIGN(const auto functions, session.query(catalog::team_functions, {}));
  schema.has_team_functions = !functions.empty() && Cells(functions[0]).flag();
  return {};
}

base::Result<DatabaseSchema> read_in_transaction(net::SqlSession& session, const ReadOptions& options) {
  boost::json::array names;
  for (const std::string& schema : options.schemas)
    names.emplace_back(schema);
  const std::string schemas = boost::json::serialize(names);
  ART32_CHECKED(session.query("set local search_path = pg_catalog", {}));
  // Printing an expression takes the lightest lock on its table, which ALTER TABLE excludes.
  ART32_CHECKED(session.query(fmt::format("set local lock_timeout = '{}ms'",
                                          base::limits::tenancy_read_wait / std::chrono::milliseconds(1)),
                              {}));
  DatabaseSchema schema;
  ART32_CHECKED(read_names(session, options, schemas, schema));
  const std::vector<std::string> parameters = {schemas, options.application_role};
  ART32_ASSIGN(const auto tables, session.query(catalog::tables, parameters));
  std::map<ObjectName, std::size_t> places;
  for (const net::SqlSession::Row& row : tables) {
    Cells cells(row);
    ObjectName name = cells.object();
    places[name] = schema.tables.size();
    schema.tables.push_back(table_of(cells, std::move(name)));
  }
  for (const TablePart& part : table_parts) {
    ART32_ASSIGN(const auto rows, session.query(part.query, parameters));
    for (const net::SqlSession::Row& row : rows) {
      Cells cells(row);
      const auto place = places.find(cells.object());
      if (place != places.end()) part.add(schema.tables[place->second], cells);
    }
  }
  ART32_ASSIGN(const auto views, session.query(catalog::views, parameters));
  for (const net::SqlSession::Row& row : views) {
    Cells cells(row);
    ObjectName name = cells.object();
    schema.views.push_back(view_of(cells, std::move(name)));
  }
  return schema;
}

}  // namespace

base::Result<DatabaseSchema> read_schema(net::SqlSession& session, const ReadOptions& options) {
  if (options.schemas.empty())
    return failure(ErrorCode::invalid_argument, "no schema is named", "name one, such as public");
  ART32_CHECKED(session.query("begin isolation level repeatable read read only", {}));
  auto schema = read_in_transaction(session, options);
  auto end = session.query(schema ? "commit" : "rollback", {});
  if (schema && !end) return tl::unexpected<base::Error>(std::move(end).error());
  return schema;
}

}  // namespace art32::tenancy
