// What requests bring, held against the table of routes: path, query and body.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "identity/api/route.h"
#include "identity/api/strict_json.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;
using base::failure;

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

// RFC 3986 section 2.1. A plus is a plus: no value here has white space.
std::optional<std::string> decode(std::string_view raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '%') {
      text += raw[at];
      continue;
    }
    std::string digits(raw.substr(at + 1, 2));
    for (char& digit : digits)
      if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    const auto octet = base::from_hex(digits);
    if (!octet || octet->size() != 1) return std::nullopt;
    text += static_cast<char>(octet->front());
    at += 2;
  }
  if (!base::is_utf8(text)) return std::nullopt;
  return text;
}

bool is_id(std::string_view text) {
  const auto number = base::parse_number(text);
  return number && *number <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
}

std::string_view words_for(Type type) {
  switch (type) {
    case Type::text:
      return "a string";
    case Type::number:
      return "a whole number";
    case Type::truth:
      return "true or false";
    case Type::time:
      return "a time of RFC 3339 in UTC, such as \"2027-01-31T12:00:00Z\"";
    case Type::words:
      return "a list of strings";
    case Type::object:
    case Type::objects:
      break;
  }
  return "something else";
}

std::string list_of(std::span<const Property> members) {
  std::vector<std::string> names;
  for (const Property& member : members)
    names.push_back(fmt::format("\"{}\"", member.name));
  return base::join(names, ", ");
}

}  // namespace

bool has_type(const json::value& value, Type type) {
  switch (type) {
    case Type::text:
      return value.is_string();
    case Type::number:
      return value.is_int64();
    case Type::truth:
      return value.is_bool();
    case Type::time:
      return value.is_string() && base::parse_rfc3339(std::string_view(value.get_string()));
    case Type::words:
      return value.is_array() && std::ranges::all_of(value.get_array(), &json::value::is_string);
    case Type::object:
    case Type::objects:
      break;
  }
  return false;
}

std::optional<std::vector<std::string>> match(std::string_view path, std::string_view given) {
  const auto wanted = base::split(path, '/'), segments = base::split(given, '/');
  if (wanted.size() != segments.size()) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_parameter(wanted[i]) && !segments[i].empty())
      names.emplace_back(segments[i]);
    else if (wanted[i] != segments[i])
      return std::nullopt;
  }
  return names;
}

std::vector<std::string_view> parameters_of(std::string_view path) {
  std::vector<std::string_view> names;
  for (const std::string_view segment : base::split(path, '/'))
    if (is_parameter(segment)) names.push_back(segment.substr(1, segment.size() - 2));
  return names;
}

base::Result<std::map<std::string, std::string, std::less<>>> parse_query(
    std::string_view query, std::span<const QueryParameter> known) {
  std::map<std::string, std::string, std::less<>> values;
  if (query.empty()) return values;
  for (const std::string_view pair : base::split(query, '&')) {
    const std::size_t sign = pair.find('=');
    const std::string_view raw_name = pair.substr(0, sign);
    const auto name = decode(raw_name);
    const auto value = decode(sign == pair.npos ? std::string_view() : pair.substr(sign + 1));
    const auto parameter = std::ranges::find(known, name.value_or(""), &QueryParameter::name);
    if (!name || parameter == known.end())
      return failure(ErrorCode::invalid_argument,
                     fmt::format("this address takes no parameter {}", quoted_name(raw_name)),
                     "/api/openapi.json lists those it takes");
    if (!value || (parameter->type == Type::number && !is_id(*value)))
      return failure(ErrorCode::invalid_argument,
                     fmt::format("the parameter \"{}\" isn't {}", *name,
                                 parameter->type == Type::number ? "a number of digits" : "text in UTF-8"));
    if (!values.emplace(*name, *value).second)
      return failure(ErrorCode::invalid_argument, fmt::format("the parameter \"{}\" stands twice", *name));
  }
  return values;
}

base::Result<json::object> parse_body(std::string_view body, const Schema& schema) {
  ART32_ASSIGN(json::value value, parse_strict_json(body, base::limits::api_body_depth));
  if (!value.is_object())
    return failure(ErrorCode::invalid_argument, "the body isn't a JSON object",
                   fmt::format("send an object with {}", list_of(schema.members)));
  json::object& object = value.get_object();
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    const auto known = std::ranges::find(schema.members, name, &Property::name);
    if (known == schema.members.end())
      return failure(ErrorCode::invalid_argument,
                     fmt::format("the body has a member {}, which isn't known here", quoted_name(name)),
                     fmt::format("these are: {}", list_of(schema.members)));
    if (!has_type(member.value(), known->type))
      return failure(ErrorCode::invalid_argument,
                     fmt::format("\"{}\" isn't {}", known->name, words_for(known->type)));
  }
  for (const Property& member : schema.members)
    if (member.need == Need::always && !object.contains(key(member.name)))
      return failure(ErrorCode::invalid_argument, fmt::format("the body has no \"{}\"", member.name),
                     fmt::format("send {}", words_for(member.type)));
  return std::move(object);
}

}  // namespace art32::identity::api
