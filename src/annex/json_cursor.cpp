#include "annex/json_cursor.h"

#include <fmt/core.h>

namespace art32::annex {

base::Error JsonCursor::corrupt(std::string_view what) const {
  return {base::ErrorCode::corrupt,
          fmt::format("the annex as JSON: {} {}", path_.empty() ? "document" : path_, what),
          "it was not written by this program, or was changed since"};
}

base::Result<JsonCursor> JsonCursor::at(std::string_view key) const {
  const boost::json::object* object = value_.if_object();
  const boost::json::value* member = object == nullptr ? nullptr : object->if_contains(key);
  if (member == nullptr) return tl::unexpected(corrupt(fmt::format("lacks {}", key)));
  return JsonCursor(*member, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key));
}

base::Result<std::vector<JsonCursor>> JsonCursor::list(std::string_view key) const {
  ART32_ASSIGN(const JsonCursor member, at(key));
  const boost::json::array* array = member.value_.if_array();
  if (array == nullptr) return tl::unexpected(member.corrupt("is no list"));
  std::vector<JsonCursor> all;
  for (std::size_t i = 0; i < array->size(); ++i)
    all.emplace_back((*array)[i], fmt::format("{}[{}]", member.path_, i));
  return all;
}

base::Result<std::string> JsonCursor::text() const {
  const boost::json::string* string = value_.if_string();
  if (string == nullptr) return tl::unexpected(corrupt("is no text"));
  return std::string(string->data(), string->size());
}

base::Result<std::string> JsonCursor::text(std::string_view key) const {
  ART32_ASSIGN(const JsonCursor member, at(key));
  return member.text();
}

base::Result<model::Text> JsonCursor::both(std::string_view key) const {
  ART32_ASSIGN(const JsonCursor member, at(key));
  model::Text text;
  ART32_ASSIGN(text.german, member.text("de"));
  ART32_ASSIGN(text.english, member.text("en"));
  return text;
}

base::Result<std::vector<std::string>> JsonCursor::texts(std::string_view key) const {
  ART32_ASSIGN(const std::vector<JsonCursor> members, list(key));
  std::vector<std::string> all;
  for (const JsonCursor& member : members) {
    ART32_ASSIGN(std::string text, member.text());
    all.push_back(std::move(text));
  }
  return all;
}

base::Result<base::Instant> JsonCursor::date(std::string_view key) const {
  ART32_ASSIGN(const JsonCursor member, at(key));
  ART32_ASSIGN(const std::string text, member.text());
  const auto date = base::parse_iso_date(text);
  if (!date) return tl::unexpected(member.corrupt("is no date"));
  return *date;
}

}  // namespace art32::annex
