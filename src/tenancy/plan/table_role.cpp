#include "tenancy/plan/table_role.h"

#include <fmt/format.h>

#include <algorithm>

namespace art32::tenancy {

using base::ErrorCode;
using base::failure;

namespace {

bool is_within(const SeparationOptions& options, const ObjectName& object) {
  return std::find(options.schemas.begin(), options.schemas.end(), object.schema) != options.schemas.end();
}

bool is_view(const DatabaseSchema& schema, const ObjectName& object) {
  return std::any_of(schema.views.begin(), schema.views.end(),
                     [&](const View& view) { return view.name == object; });
}

base::Status check(const DatabaseSchema& schema, const SeparationOptions& options) {
  if (options.team_column.empty())
    return failure(ErrorCode::invalid_argument, "the team column has no name", "such as team_id");
  const auto missing = [](const ObjectName& object) {
    return failure(ErrorCode::invalid_argument, fmt::format("there is no {} to separate", quote(object)),
                   "take it out of the options, or name its schema");
  };
  for (const LeftOut& left_out : options.left_out) {
    const ObjectName& object = left_out.object;
    if (!is_within(options, object) || (schema.table(object) == nullptr && !is_view(schema, object)))
      return missing(object);
    if (left_out.reason.empty())
      return failure(ErrorCode::invalid_argument,
                     fmt::format("{} is left out without a reason", quote(object)),
                     "say why its rows may be seen by every team");
  }
  for (const ObjectName& object : options.global_tables)
    if (!is_within(options, object) || schema.table(object) == nullptr) return missing(object);
  return {};
}

class Sorter {
 public:
  Sorter(const DatabaseSchema& schema, const SeparationOptions& options) : options_(options) {
    for (const Table& table : schema.tables)
      if (is_within(options, table.name)) roles_.push_back(by_itself(table));
    for (std::size_t place = 0; place < roles_.size(); ++place)
      places_[roles_[place].table->name] = place;
  }

  std::vector<TableRole> sorted() {
    find_teams();
    while (find_children()) {
    }
    find_other_parents();
    return std::move(roles_);
  }

 private:
  TableRole by_itself(const Table& table) const {
    TableRole role{&table, RoleKind::global, {}, {}, false, {}};
    for (const LeftOut& left_out : options_.left_out)
      if (left_out.object == table.name) {
        role.kind = RoleKind::left_out;
        role.reason = left_out.reason;
        return role;
      }
    role.is_declared = std::find(options_.global_tables.begin(), options_.global_tables.end(), table.name) !=
                       options_.global_tables.end();
    if (role.is_declared) return role;
    if (table.kind == TableKind::foreign) {
      role.kind = RoleKind::unsupported;
      role.reason = "is a foreign table, which has no row security: separate it where it lies";
      return role;
    }
    const Column* column = table.column(options_.team_column);
    if (column != nullptr) take_column(role, RoleKind::of_team, *column);
    return role;
  }

  static void take_column(TableRole& role, RoleKind kind, const Column& column) {
    const auto type = team_type(column.type);
    if (!type) {
      role.kind = RoleKind::unsupported;
      role.reason = fmt::format("has {} as {}, which no team is: make it bigint, integer, uuid or text",
                                quote(column.name), column.type);
      return;
    }
    role.kind = kind;
    role.team = ParentColumn{column.name, *type};
  }

  TableRole* find(const ObjectName& name) {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &roles_[place->second];
  }

  // What the team column alone refers to.
  void find_teams() {
    for (const TableRole& role : roles_) {
      if (role.kind != RoleKind::of_team) continue;
      for (const ForeignKey& key : role.table->foreign_keys) {
        if (key.columns != std::vector{options_.team_column}) continue;
        TableRole* target = find(key.target);
        if (target == nullptr || target->kind != RoleKind::global || target->is_declared) continue;
        const Column* column = target->table->column(key.target_columns[0]);
        if (column != nullptr) take_column(*target, RoleKind::teams, *column);
      }
    }
  }

  // One generation: who has a parent among those of before.
  bool find_children() {
    std::vector<TableRole*> found;
    for (TableRole& role : roles_) {
      if (role.kind != RoleKind::global || role.is_declared) continue;
      for (const ForeignKey& key : role.table->foreign_keys)
        if (is_parent(find(key.target))) role.parents.push_back(&key);
      if (!role.parents.empty()) found.push_back(&role);
    }
    for (TableRole* role : found)
      role->kind = RoleKind::of_parent;
    return !found.empty();
  }

  // Parents of the same generation or a later one too, but never in a circle: the server refuses
  // policies that ask each other.
  void find_other_parents() {
    for (TableRole& role : roles_) {
      if (role.kind != RoleKind::of_parent) continue;
      for (const ForeignKey& key : role.table->foreign_keys) {
        const bool is_known = std::find(role.parents.begin(), role.parents.end(), &key) != role.parents.end();
        const TableRole* target = find(key.target);
        if (!is_known && is_parent(target) && !reaches(*target, role)) role.parents.push_back(&key);
      }
    }
  }

  static bool is_parent(const TableRole* role) {
    return role != nullptr && (role->team || role->kind == RoleKind::of_parent);
  }

  // Ends, since there's no circle among parents.
  bool reaches(const TableRole& from, const TableRole& to) {
    if (&from == &to) return true;
    return std::any_of(from.parents.begin(), from.parents.end(),
                       [&](const ForeignKey* key) { return reaches(*find(key->target), to); });
  }

  const SeparationOptions& options_;
  std::vector<TableRole> roles_;
  std::map<ObjectName, std::size_t> places_;
};

}  // namespace

base::Result<std::vector<TableRole>> table_roles(const DatabaseSchema& schema,
                                                 const SeparationOptions& options) {
  ART32_CHECKED(check(schema, options));
  return Sorter(schema, options).sorted();
}

}  // namespace art32::tenancy
