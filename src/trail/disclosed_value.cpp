#include "trail/disclosed_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "trail/personal_values.h"

namespace art32::trail {
namespace {

namespace json = boost::json;
using base::ErrorCode;
using base::failure;
using base::Result;

auto no_value() {
  return failure(ErrorCode::check_failed, "a line of values.ndjson isn't a value that was given away");
}

// A text, or an object with its octets where they aren't UTF-8: what json_octets() writes.
std::optional<std::string> octets_in(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  const json::object* const object = value.if_object();
  const json::value* const text = object == nullptr ? nullptr : object->if_contains("base64");
  if (text == nullptr || !text->is_string() || object->size() != 1) return std::nullopt;
  const auto octets = base::from_base64(text->get_string());
  if (!octets || base::is_utf8(base::as_text(*octets))) return std::nullopt;
  return base::to_text(*octets);
}

// What the record has of the column on that side; null where it has nothing there.
const json::value* place_in(const json::object& record, const DisclosedValue& value) {
  const json::value* const columns = record.if_contains("columns");
  const json::value* const kind = record.if_contains("kind");
  if (columns == nullptr || !columns->is_array() || kind == nullptr) return nullptr;
  const auto& all = columns->get_array();
  const auto found = std::ranges::find_if(all, [&](const json::value& column) {
    const json::array* const list = column.if_array();
    return list != nullptr && list->size() >= 2 && octets_in(list->front()) == value.column;
  });
  if (found == all.end()) return nullptr;
  const json::array& list = found->get_array();
  const bool is_before = value.side == RowSide::before;
  if (list.size() == 3) return &list[is_before ? 1 : 2];
  return is_before == (*kind == "delete") ? &list[1] : nullptr;
}

}  // namespace

std::string format_disclosed_value(const DisclosedValue& value) {
  return fmt::format(R"({{"column":{},"number":{},"opening":"{}","side":"{}","value":{}}})",
                     base::json_octets(base::as_bytes(value.column)), value.number, base::hex(value.opening),
                     value.side == RowSide::before ? 'b' : 'a',
                     base::json_octets(base::as_bytes(value.value)));
}

Result<DisclosedValue> parse_disclosed_value(std::string_view line) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(line, trouble);
  const json::object* const object = trouble ? nullptr : parsed.if_object();
  if (object == nullptr || object->size() != 5) return no_value();
  const auto member = [&](std::string_view name) {
    static const json::value nothing;
    const json::value* const value = object->if_contains(name);
    return value == nullptr ? nothing : *value;
  };
  DisclosedValue value;
  const json::value number = member("number"), side = member("side"), opening = member("opening");
  const auto column = octets_in(member("column")), text = octets_in(member("value"));
  const auto octets = opening.is_string() ? base::from_hex(opening.get_string()) : std::nullopt;
  if (!number.is_int64() || number.get_int64() < 0 || !column || !text || (side != "a" && side != "b") ||
      !octets || octets->size() != value.opening.size() ||
      base::hex(*octets) != std::string_view(opening.get_string()))
    return no_value();
  value.number = static_cast<std::uint64_t>(number.get_int64());
  value.column = *column;
  value.side = side == "b" ? RowSide::before : RowSide::after;
  std::ranges::copy(*octets, value.opening.begin());
  value.value = *text;
  // Nothing is there twice, and nothing in another way.
  if (format_disclosed_value(value) != line) return no_value();
  return value;
}

base::Status verify_disclosed_value(const DisclosedValue& value, std::string_view record) {
  boost::system::error_code trouble;
  const json::value parsed = json::parse(record, trouble);
  const json::object* const object = trouble ? nullptr : parsed.if_object();
  const json::value* const place = object == nullptr ? nullptr : place_in(*object, value);
  const json::object* const commitment = place == nullptr ? nullptr : place->if_object();
  const json::value* const personal = commitment == nullptr ? nullptr : commitment->if_contains("personal");
  if (personal != nullptr && personal->is_string() &&
      std::string_view(personal->get_string()) == base::hex(personal_commitment(value.opening, value.value)))
    return {};
  return failure(ErrorCode::check_failed,
                 fmt::format("record {} doesn't commit to the value of \"{}\" that is shown for it",
                             value.number, value.column),
                 "believe the record alone");
}

}  // namespace art32::trail
