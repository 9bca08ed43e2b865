#include "app/command_arguments.h"

#include <fmt/format.h>

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

const json::value* find(const json::object& arguments, std::string_view key) {
  return arguments.if_contains(json::string_view(key.data(), key.size()));
}

}  // namespace

Result<std::string> text_argument(const json::object& arguments, std::string_view key) {
  const json::value* value = find(arguments, key);
  if (value == nullptr || !value->is_string())
    return base::failure(ErrorCode::invalid_argument, fmt::format("the argument \"{}\" is missing", key));
  return std::string(value->get_string());
}

Result<std::uint64_t> number_argument(const json::object& arguments, std::string_view key) {
  const json::value* value = find(arguments, key);
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0)
    return static_cast<std::uint64_t>(value->get_int64());
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  return base::failure(ErrorCode::invalid_argument, fmt::format("the argument \"{}\" is not a number", key));
}

Result<std::optional<std::string>> optional_text(const json::object& arguments, std::string_view key) {
  const json::value* value = find(arguments, key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  ART32_ASSIGN(std::string text, text_argument(arguments, key));
  return std::optional<std::string>(std::move(text));
}

Result<std::vector<std::string>> texts_argument(const json::object& arguments, std::string_view key) {
  const json::value* value = find(arguments, key);
  std::vector<std::string> texts;
  if (value != nullptr && value->is_array())
    for (const json::value& text : value->get_array())
      if (text.is_string()) texts.emplace_back(text.get_string());
  if (value == nullptr || !value->is_array() || texts.size() != value->get_array().size())
    return base::failure(ErrorCode::invalid_argument,
                         fmt::format("the argument \"{}\" is no list of texts", key));
  return texts;
}

Result<std::optional<base::Instant>> optional_day(const json::object& arguments, std::string_view key) {
  ART32_ASSIGN(const std::optional<std::string> text, optional_text(arguments, key));
  if (!text) return std::nullopt;
  const std::optional<base::Instant> day = base::parse_iso_date(*text);
  if (!day)
    return base::failure(ErrorCode::invalid_argument, fmt::format("\"{}\" is not a date", *text),
                         "write it as YYYY-MM-DD");
  return day;
}

json::value time_or_null(const std::optional<base::Instant>& time) {
  return time ? json::value(base::rfc3339_seconds(*time)) : json::value(nullptr);
}

}  // namespace art32::app
