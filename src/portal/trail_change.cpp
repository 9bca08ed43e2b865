#include "portal/trail_change.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/bytes.h"
#include "base/text.h"

namespace art32::portal {
namespace {

namespace json = boost::json;

// RFC 8259 texts of ours are objects and lists; whatever isn't there is empty.
const json::value& member(const json::value& value, const char* name) {
  static const json::value none;
  const json::object* const object = value.if_object();
  const json::value* const found = object == nullptr ? nullptr : object->if_contains(name);
  return found == nullptr ? none : *found;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  const json::value& octets = member(value, "base64");
  return octets.is_string() ? "base64:" + std::string(octets.get_string()) : std::string();
}

std::uint64_t number_of(const json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  return value.is_int64() && value.get_int64() > 0 ? static_cast<std::uint64_t>(value.get_int64()) : 0;
}

bool is_true(const json::value& value) {
  return value.is_bool() && value.get_bool();
}

TrailValue value_of(const json::value& value) {
  using enum TrailValue::Kind;
  if (value.is_string()) return {text, std::string(value.get_string())};
  if (const json::value& encoded = member(value, "base64"); encoded.is_string()) {
    const std::string_view digits = encoded.get_string();
    const auto padding = static_cast<std::uint64_t>(std::ranges::count(digits, '='));
    return {octets, {}, digits.size() / 4 * 3 - padding};
  }
  if (const json::value& size = member(value, "octets"); !size.is_null())
    return {digest, {}, number_of(size)};
  if (is_true(member(value, "secret"))) return {secret};
  if (is_true(member(value, "unsent"))) return {unsent};
  if (member(value, "personal").is_null()) return {null};
  TrailValue shown{unkept};
  if (is_true(member(value, "erased"))) shown.kind = erased;
  if (is_true(member(value, "missing"))) shown.kind = missing;
  if (const json::value& known = member(value, "value"); !known.is_null()) shown = value_of(known);
  shown.is_personal = true;
  return shown;
}

std::vector<TrailColumn> columns_of(const json::value& columns, TrailEvent::Kind kind) {
  std::vector<TrailColumn> all;
  if (!columns.is_array()) return all;
  for (const json::value& each : columns.get_array()) {
    const json::array* const list = each.if_array();
    if (list == nullptr || list->size() < 2) continue;
    TrailColumn column{text_of(list->front()), {}, {}, true};
    const TrailValue first = value_of((*list)[1]);
    if (kind != TrailEvent::Kind::insert) column.before = first;
    if (kind == TrailEvent::Kind::insert) column.after = first;
    if (kind == TrailEvent::Kind::update) {
      column.has_changed = list->size() > 2;
      column.after = column.has_changed ? value_of((*list)[2]) : first;
    }
    all.push_back(std::move(column));
  }
  return all;
}

// As RecordFields names a row: the column `id`, or the first one.
std::optional<std::string> row_of(const std::vector<TrailColumn>& columns) {
  if (columns.empty()) return std::nullopt;
  auto id = std::ranges::find(columns, "id", &TrailColumn::name);
  if (id == columns.end()) id = columns.begin();
  const TrailValue& value = id->after ? *id->after : *id->before;
  return value.kind == TrailValue::Kind::text && !value.is_personal ? std::optional(value.text)
                                                                    : std::nullopt;
}

std::optional<TrailEvent::Kind> kind_of(const std::string& word) {
  using enum TrailEvent::Kind;
  for (const auto& [kind, name] :
       {std::pair(insert, "insert"), std::pair(update, "update"), std::pair(remove, "delete"),
        std::pair(truncate, "truncate"), std::pair(gap, "gap")})
    if (word == name) return kind;
  return std::nullopt;
}

std::string tables_of(const json::value& tables) {
  std::vector<std::string> names;
  if (tables.is_array())
    for (const json::value& each : tables.get_array())
      if (each.is_array() && each.get_array().size() == 2)
        names.push_back(text_of(each.at(0)) + "." + text_of(each.at(1)));
  return base::join(names, ", ");
}

// Of UTF-8: the code point there, and how many octets it has.
std::pair<char32_t, std::size_t> code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size == 1 || size > text.size()) return {first, 1};
  auto point = static_cast<char32_t>(first & (0xFFU >> (size + 1)));
  for (std::size_t i = 1; i < size; ++i)
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {point, size};
}

// General categories Cc, Cf and Zl, Zp of the Unicode Standard, as far as text has them, but for lines and
// tabs.
bool is_hidden(char32_t point) {
  constexpr std::pair<char32_t, char32_t> ranges[] = {
      {0x00, 0x08},     {0x0B, 0x1F},     {0x7F, 0x9F},      {0xAD, 0xAD},     {0x061C, 0x061C},
      {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},  {0x2060, 0x206F}, {0xFEFF, 0xFEFF},
      {0xFFF9, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE007F}};
  return std::ranges::any_of(ranges,
                             [&](const auto& each) { return point >= each.first && point <= each.second; });
}

}  // namespace

std::string visible(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto [point, size] = code_point(text);
    if (is_hidden(point))
      shown += fmt::format("\xE2\x9F\xA8U+{:04X}\xE2\x9F\xA9", static_cast<std::uint32_t>(point));
    else
      shown += text.substr(0, size);
    text.remove_prefix(size);
  }
  return shown;
}

std::optional<TrailEvent> read_event(const model::TrailChange& change) {
  boost::system::error_code trouble;
  const json::value record = json::parse(change.record, trouble);
  if (trouble) return std::nullopt;
  const auto kind = kind_of(text_of(member(record, "kind")));
  if (!kind) return std::nullopt;
  TrailEvent event;
  event.number = change.number;
  event.kind = *kind;
  if (kind == TrailEvent::Kind::truncate) event.words = tables_of(member(record, "tables"));
  if (kind == TrailEvent::Kind::gap) {
    event.words = text_of(member(record, "reason"));
    event.at = base::parse_rfc3339(text_of(member(record, "noticed")));
    return event;
  }
  const json::value transaction = json::parse(change.transaction, trouble);
  if (trouble) return std::nullopt;
  event.at = base::parse_rfc3339(text_of(member(transaction, "at")));
  if (const json::value& author = member(transaction, "author"); author.is_object()) {
    event.actor = text_of(member(author, "kind")) + ":" + text_of(member(author, "id"));
    event.request = text_of(member(author, "request"));
  }
  if (kind == TrailEvent::Kind::truncate) return event;
  event.table = text_of(member(record, "schema")) + "." + text_of(member(record, "table"));
  event.columns = columns_of(member(record, "columns"), *kind);
  event.row = row_of(event.columns);
  return event;
}

}  // namespace art32::portal
