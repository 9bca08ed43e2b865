#include "trail/csv.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

#include "base/text.h"
#include "trail/canonical_json.h"

namespace art32::trail {
namespace {

namespace json = boost::json;

constexpr std::string_view line_end = "\r\n";

// Always quoted: an empty text is "", and what isn't there is nothing at all.
std::string cell(std::string_view text) {
  const bool is_formula = !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != text.npos;
  return (is_formula ? "\"'" : "\"") + base::replace_all(std::string(text), "\"", "\"\"") + '"';
}

std::string value_cell(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  const json::value shown = shown_value(*value);
  return cell(shown.is_string() ? std::string(std::string_view(shown.get_string())) : canonical_json(shown));
}

struct Column {
  std::string name;
  const json::value* before = nullptr;
  const json::value* after = nullptr;
};

std::vector<Column> columns_of(const ExportedRecord& record) {
  std::vector<Column> columns;
  const std::string kind = record.text("kind");
  if (const json::value* const all = record.record.if_contains("columns")) {
    for (const json::value& each : all->get_array()) {
      const json::array& parts = each.get_array();
      if (kind == "update" && parts.size() < 3) continue;
      columns.push_back({column_name(parts.front()), kind == "insert" ? nullptr : &parts.at(1),
                         kind == "delete" ? nullptr : &parts.back()});
    }
  }
  if (kind == "gap")
    columns.push_back({"lsn", &record.record.at("from").at("lsn"), &record.record.at("to").at("lsn")});
  // Of a truncation, and of an update that changed nothing.
  if (columns.empty()) columns.emplace_back();
  return columns;
}

std::string table_of(const ExportedRecord& record) {
  const json::value* const tables = record.record.if_contains("tables");
  if (tables == nullptr)
    return record.text("table").empty() ? "" : record.text("schema") + "." + record.text("table");
  std::vector<std::string> names;
  for (const json::value& table : tables->as_array())
    names.push_back(column_name(table.at(0)) + "." + column_name(table.at(1)));
  return base::join(names, ", ");
}

}  // namespace

std::string csv_header() {
  std::string header;
  for (const char* const name : {"time", "team", "actor_kind", "actor_id", "request", "transaction", "table",
                                 "action", "row", "column", "old", "new", "number"})
    header += (header.empty() ? "" : ",") + cell(name);
  return header + std::string(line_end);
}

std::string csv_lines(const ExportedRecord& record) {
  const auto either = [](const std::string& text) { return text.empty() ? std::string() : cell(text); };
  std::string begin = cell(record.time) + "," + cell(record.text("team"));
  for (const char* const member : {"kind", "id", "request"})
    begin += "," + either(text_member(record.author, member));
  begin +=
      "," + either(record.transaction) + "," + either(table_of(record)) + "," + cell(record.text("kind"));
  const auto identity = record.identity();
  begin += "," + (identity ? cell(*identity) : std::string());
  std::string lines;
  for (const Column& column : columns_of(record))
    lines += fmt::format("{},{},{},{},{}{}", begin, either(column.name), value_cell(column.before),
                         value_cell(column.after), json::serialize(record.record.at("number")), line_end);
  return lines;
}

}  // namespace art32::trail
