// What the catalogs say of the schemas to be separated, as plain values: read by read_schema,
// judged by plan_separation. SQL texts are as the server prints them with nothing but
// pg_catalog in its search_path, so whatever else they name, they name with its schema.
//
// Values; any thread. Lists are in the order of their names, octet by octet.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tenancy/sql_name.h"

namespace art32::tenancy {

struct Column {
  std::string name;
  std::string type;  // of a domain the one below it, without length: "character varying"
  bool is_not_null = false;
  bool is_made_by_server = false;  // identity, or generated
  std::string default_sql;         // empty: none
  bool operator==(const Column&) const = default;
};

struct IndexKey {
  std::string column;  // empty: an expression
  std::string sql;
  bool operator==(const IndexKey&) const = default;
};

struct Index {
  std::string name;
  std::vector<IndexKey> keys;  // without those that are only included
  std::string predicate;       // empty: of every row
  std::string method;          // "btree"
  bool is_unique = false, is_primary = false;
  bool is_valid = true;  // not what a failed CREATE INDEX CONCURRENTLY left
  bool is_nulls_not_distinct = false;
  bool operator==(const Index&) const = default;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  ObjectName target;
  std::vector<std::string> target_columns;
  bool operator==(const ForeignKey&) const = default;
};

struct Policy {
  std::string name;
  bool is_restrictive = false;
  std::string command = "all";       // or "select", "insert", "update", "delete"
  std::vector<std::string> roles;    // empty: everybody
  std::string using_sql, check_sql;  // empty: none
  bool operator==(const Policy&) const = default;
};

struct CheckConstraint {
  std::string name, sql;  // the expression
  bool is_validated = true;
  bool operator==(const CheckConstraint&) const = default;
};

// A privilege that the application's role has, by itself or by PUBLIC or by a role it belongs to.
struct Grant {
  std::string grantee;    // empty: PUBLIC
  std::string privilege;  // "INSERT"
  std::string column;     // empty: the whole table
  bool is_grantable = false;
  bool operator==(const Grant&) const = default;
};

enum class TableKind { ordinary, partitioned, foreign };

struct Table {
  ObjectName name;
  std::string owner;
  TableKind kind = TableKind::ordinary;
  bool is_partition = false;
  bool is_owned_by_application = false;  // or by a role that it may act as
  bool has_row_security = false, forces_row_security = false;
  std::int64_t estimated_rows = 0;  // as of the last ANALYZE
  std::vector<Column> columns;      // in the table's order
  std::vector<Index> indexes;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Policy> policies;
  std::vector<CheckConstraint> checks;
  std::vector<Grant> grants;
  bool operator==(const Table&) const = default;

  const Column* column(std::string_view wanted) const {
    for (const Column& candidate : columns)
      if (candidate.name == wanted) return &candidate;
    return nullptr;
  }
};

struct View {
  ObjectName name;
  std::string owner;
  bool is_materialized = false;
  bool is_invoker = false;     // security_invoker
  std::string invoker_option;  // as it is written there; empty: not at all
  bool operator==(const View&) const = default;
};

struct DatabaseSchema {
  std::string application_role;
  bool is_application_exempt = false;  // a superuser, or with BYPASSRLS
  bool has_team_functions = false;     // art32.current_team() and its like
  std::vector<Table> tables;
  std::vector<View> views;
  bool operator==(const DatabaseSchema&) const = default;

  const Table* table(const ObjectName& wanted) const {
    for (const Table& candidate : tables)
      if (candidate.name == wanted) return &candidate;
    return nullptr;
  }
};

}  // namespace art32::tenancy
