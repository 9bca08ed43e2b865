// The shapes of the JSON API's bodies, in one table: requests are checked against it, and the
// OpenAPI document is printed from it, so that the two can't disagree.
//
// Plain constants; any thread.
#pragma once

#include <boost/json.hpp>
#include <span>
#include <string_view>

namespace art32::identity::api {

namespace json = boost::json;

enum class Type { text, number, truth, time, words, object, objects };

// Of a request: whether a member may be left out. Of an answer: whether it is null at times.
enum class Need { always, optional, or_null };

struct Property {
  std::string_view name;
  Type type;
  Need need;
  std::string_view about;
  std::string_view of = {};  // the schema of an object, or of each of a list
};

enum class Use { request, answer };

struct Schema {
  std::string_view name;
  Use use;
  std::string_view about;
  std::span<const Property> members;
};

std::span<const Schema> schemas();
const Schema& find_schema(std::string_view name);  // a name of the table

// As JSON Schema (2020-12), with references into #/components/schemas.
json::object to_json_schema(const Schema& schema);
json::object to_json_schema(Type type, std::string_view of);

// For Boost's functions, which don't take those of the standard library.
inline json::string_view key(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace art32::identity::api
