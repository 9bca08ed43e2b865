#include "trail/exported_record.h"

#include <boost/json.hpp>

namespace art32::trail {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;
using base::Result;

auto damaged() {
  return failure(ErrorCode::corrupt, "a record of the trail isn't one", "restore the folder from a backup");
}

Result<json::object> parsed(std::string_view text) {
  boost::system::error_code trouble;
  json::value value = json::parse(json::string_view(text.data(), text.size()), trouble);
  if (trouble || !value.is_object()) return damaged();
  return std::move(value.get_object());
}

bool are_columns(const json::object& record) {
  const json::value* const columns = record.if_contains("columns");
  if (columns == nullptr) return true;
  if (!columns->is_array()) return false;
  for (const json::value& column : columns->get_array()) {
    const json::array* const parts = column.if_array();
    if (parts == nullptr || parts->size() < 2 || parts->size() > 3) return false;
  }
  return true;
}

}  // namespace

std::string text_member(const json::object& object, std::string_view member) {
  const json::value* const value = object.if_contains(json::string_view(member.data(), member.size()));
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

std::string ExportedRecord::text(std::string_view member) const {
  return text_member(record, member);
}

std::string column_name(const json::value& name) {
  if (const json::object* const octets = name.if_object()) return "base64:" + text_member(*octets, "base64");
  return name.is_string() ? std::string(std::string_view(name.get_string())) : std::string();
}

json::value shown_value(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr || !object->contains("personal")) return value;
  const json::value* const kept = object->if_contains("value");
  return kept == nullptr ? value : *kept;
}

std::optional<std::string> ExportedRecord::identity() const {
  const json::value* const columns = record.if_contains("columns");
  if (columns == nullptr || columns->get_array().empty()) return std::nullopt;
  const json::array* named = &columns->get_array().front().get_array();
  for (const json::value& column : columns->get_array())
    if (column_name(column.get_array().front()) == "id") named = &column.get_array();
  const json::value value = shown_value(named->back());
  if (!value.is_string()) return std::nullopt;
  return std::string(std::string_view(value.get_string()));
}

Result<ExportedRecord> export_record(std::string_view sealed, std::string_view shown,
                                     std::string_view transaction) {
  ExportedRecord exported;
  exported.sealed = sealed;
  ART32_ASSIGN(exported.record, parsed(shown));
  if (!are_columns(exported.record)) return damaged();
  if (transaction.empty()) {
    exported.time = exported.text("noticed");
  } else {
    ART32_ASSIGN(const json::object end, parsed(transaction));
    exported.time = text_member(end, "at");
    exported.transaction = text_member(end, "transaction");
    exported.origin = text_member(end, "origin");
    if (const json::value* const author = end.if_contains("author"); author != nullptr && author->is_object())
      exported.author = author->get_object();
  }
  if (exported.time.empty() || exported.text("kind").empty()) return damaged();
  return exported;
}

}  // namespace art32::trail
