#include "trail/ocsf.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <vector>

#include "base/text.h"
#include "merkle/tree.h"
#include "trail/canonical_json.h"
#include "trail/ocsf_parts.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

constexpr OcsfActivity create{1, "Create"}, update{3, "Update"}, remove{4, "Delete"};

// The table that the database itself writes changes of its schema into.
bool is_schema_change(const ExportedRecord& record) {
  return record.text("schema") == "art32_trail" && record.text("table") == "schema_change" &&
         record.text("kind") == "insert";
}

// A row's columns before the change, or since; empty where the record has none of that side.
json::object columns_of(const ExportedRecord& record, bool is_before) {
  json::object columns;
  const json::value* const all = record.record.if_contains("columns");
  if (all == nullptr) return columns;
  for (const json::value& column : all->get_array()) {
    const json::array& parts = column.get_array();
    columns[column_name(parts.front())] = shown_value(is_before ? parts.at(1) : parts.back());
  }
  return columns;
}

json::array changed_columns(const ExportedRecord& record) {
  json::array names;
  for (const json::value& column : record.record.at("columns").as_array())
    if (column.get_array().size() == 3)
      names.push_back(json::string(column_name(column.get_array().front())));
  return names;
}

struct What {
  OcsfActivity activity;
  std::string verb;
  std::string object;  // "public.invoice 7"
  json::object entity;
};

json::object entity(const std::string& name, const std::string& type, json::object data) {
  return {{"data", std::move(data)}, {"name", name}, {"type", type}, {"type_id", ocsf_other}};
}

What schema_change(const ExportedRecord& record) {
  const json::object row = columns_of(record, false);
  const std::string command = text_member(row, "command"), name = text_member(row, "object");
  What what{{}, "changed", name, entity(name, text_member(row, "kind"), row)};
  constexpr std::tuple<std::string_view, OcsfActivity, std::string_view> begins[] = {
      {"CREATE", create, "created"}, {"ALTER", update, "altered"}, {"DROP", remove, "dropped"}};
  for (const auto& [begin, activity, verb] : begins) {
    if (!command.starts_with(begin)) continue;
    what.activity = activity;
    what.verb = verb;
  }
  // Such as that of a comment: nobody named it, and an entity needs a name.
  if (name.empty()) what.entity["name"] = what.object = command;
  return what;
}

What row_change(const ExportedRecord& record) {
  const std::string table = record.text("schema") + "." + record.text("table"), kind = record.text("kind");
  What what;
  what.activity = kind == "insert" ? create : kind == "update" ? update : remove;
  what.verb = kind == "insert" ? "created" : kind == "update" ? "updated" : "deleted";
  const auto identity = record.identity();
  what.object = identity ? table + " " + *identity : "a row of " + table;
  what.entity =
      entity(identity ? table + "/" + *identity : table, table, columns_of(record, kind != "insert"));
  if (identity) what.entity["uid"] = *identity;
  return what;
}

What truncation(const ExportedRecord& record) {
  std::vector<std::string> tables;
  for (const json::value& table : record.record.at("tables").as_array())
    tables.push_back(column_name(table.at(0)) + "." + column_name(table.at(1)));
  const std::string names = base::join(tables, ", ");
  json::object data;
  for (const char* const member : {"cascade", "restart_identity", "tables"})
    data[member] = record.record.at(member);
  return {remove, "emptied", names, entity(names, "table", std::move(data))};
}

What gap(const ExportedRecord& record) {
  const auto place = [&](const char* member) {
    return text_member(record.record.at(member).as_object(), "lsn");
  };
  return {{ocsf_other, "Gap"},
          {},
          fmt::format("nobody has read what was committed from {} to {}: {}", place("from"), place("to"),
                      record.text("reason")),
          {}};
}

What what_of(const ExportedRecord& record) {
  const std::string kind = record.text("kind");
  if (kind == "gap") return gap(record);
  if (kind == "truncate") return truncation(record);
  return is_schema_change(record) ? schema_change(record) : row_change(record);
}

json::object user_of(const json::object& author) {
  const std::string kind = text_member(author, "kind"), team = text_member(author, "team");
  json::object user{{"type", kind}, {"type_id", ocsf_other}, {"uid", text_member(author, "id")}};
  // Those that the schema has a word for.
  constexpr std::tuple<std::string_view, const char*, int> types[] = {{"user", "User", 1},
                                                                      {"system", "System", 3}};
  for (const auto& [ours, type, id] : types) {
    if (kind != ours) continue;
    user["type"] = type;
    user["type_id"] = id;
  }
  if (!team.empty()) user["org"] = json::object{{"uid", team}};
  return user;
}

void add_actor(const ExportedRecord& record, const json::object& data, json::object& event) {
  if (!record.author.empty()) {
    event["actor"] = json::object{{"user", user_of(record.author)}};
    if (const std::string request = text_member(record.author, "request"); !request.empty())
      event["http_request"] = json::object{{"uid", request}};
    return;
  }
  if (record.text("kind") == "gap") return;
  event["metadata"].as_object()["labels"] = json::array{"unattributed"};
  // Nobody vouches for the role either, but the database wrote down which one it was.
  if (is_schema_change(record))
    event["actor"] = json::object{
        {"user", {{"name", text_member(data, "role")}, {"type", "database role"}, {"type_id", ocsf_other}}}};
}

json::object metadata(const ExportedRecord& record, const OcsfSource& source) {
  json::object metadata = ocsf_metadata(event_id(record.sealed), source.version, record.time);
  metadata["event_code"] = record.text("kind");
  metadata["log_name"] = source.database;
  metadata["log_version"] = record.text("format");
  metadata["sequence"] = record.record.at("number");
  if (const std::string team = record.text("team"); !team.empty()) metadata["tenant_uid"] = team;
  if (!record.transaction.empty())
    metadata["correlation_uid"] = record.transaction + "@" + record.text("commit");
  return metadata;
}

json::object unmapped(const ExportedRecord& record) {
  json::object unmapped;
  const std::vector<const char*> members =
      record.transaction.empty() ? std::vector{"from", "to", "reason"} : std::vector{"commit", "place"};
  for (const char* const member : members)
    if (const json::value* const value = record.record.if_contains(member)) unmapped[member] = *value;
  if (!record.transaction.empty()) unmapped["transaction"] = record.transaction;
  if (!record.origin.empty()) unmapped["origin"] = record.origin;
  if (record.text("kind") == "update") unmapped["changed"] = changed_columns(record);
  return unmapped;
}

std::string message_of(const ExportedRecord& record, const What& what) {
  if (what.verb.empty()) return what.object;
  const std::string who = record.author.empty()
                              ? std::string("somebody unknown")
                              : text_member(record.author, "kind") + ":" + text_member(record.author, "id");
  const std::string team = record.text("team");
  return fmt::format("{} {} {}{}", who, what.verb, what.object, team.empty() ? "" : " of the team " + team);
}

}  // namespace

std::string event_id(std::string_view sealed) {
  return base::hex(merkle::leaf_hash(base::as_bytes(sealed)));
}

std::string ocsf_event(const ExportedRecord& record, const OcsfSource& source) {
  const bool is_gap = record.text("kind") == "gap";
  const What what = what_of(record);
  json::object event = ocsf_frame({is_gap ? ocsf_base_event : ocsf_entity_management, what.activity,
                                   is_gap ? OcsfSeverity::high : OcsfSeverity::informational,
                                   is_gap ? OcsfStatus::failure : OcsfStatus::success, record.time});
  event["metadata"] = metadata(record, source);
  event["message"] = message_of(record, what);
  event["unmapped"] = unmapped(record);
  if (!is_gap) event["entity"] = what.entity;
  add_actor(record, is_gap ? json::object() : what.entity.at("data").as_object(), event);
  if (record.text("kind") == "update") {
    json::object result = what.entity;
    result["data"] = columns_of(record, false);
    event["entity_result"] = std::move(result);
  }
  return canonical_json(event);
}

}  // namespace art32::trail
