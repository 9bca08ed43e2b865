// The routes of the JSON API, in one table: requests are dispatched by it, and the OpenAPI
// document is printed from it.
//
// Handlers are plain functions of a Call: whoever comes here has been let in, and path, query and
// body fit the table. They may block. Any thread.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identity/api/schema.h"
#include "identity/customers.h"
#include "model/trail_reading.h"
#include "net/http.h"

namespace art32::identity::api {

// Who was let in: an account, or at the trail whoever shows a claim, which the handler has to believe.
struct Caller {
  std::string account;
  std::string claim;
};

struct Call {
  Customers& customers;
  const base::Clock& clock;
  const net::HttpRequest& request;
  const net::SharedBody& document;  // the OpenAPI document
  std::vector<std::string> names;   // what stands in the path for {...}, in its order
  std::map<std::string, std::string, std::less<>> query;
  json::object body;
  const Caller& caller;
  model::TrailReading* trails;  // null: nothing of a trail is here
};

using Handler = base::Result<net::HttpResponse> (*)(const Call&);

struct QueryParameter {
  std::string_view name;
  Type type;
  std::string_view about;
};

// What a handler costs beside a look at the database.
enum class Cost { none, hash, sign_in };
enum class Access { customers, anybody, trail };

struct Route {
  std::string_view method;
  std::string_view path;       // a segment {name} stands for any
  std::string_view operation;  // its name in generated clients
  std::string_view summary;
  Handler handler;
  std::string_view request;  // the schema of its body; empty: it takes none
  int status;                // when all went well
  std::string_view answer;   // the schema of that; empty: no content
  std::span<const QueryParameter> query = {};
  Cost cost = Cost::none;
  Access access = Access::customers;
};

std::span<const Route> routes();

// The names of a path that has the form of `path`; nothing where it hasn't.
std::optional<std::vector<std::string>> match(std::string_view path, std::string_view given);
// The parts in braces.
std::vector<std::string_view> parameters_of(std::string_view path);

// The parameters of a query, decoded; `invalid_argument` for one that isn't among `known`, stands
// twice or isn't of its type.
base::Result<std::map<std::string, std::string, std::less<>>> parse_query(
    std::string_view query, std::span<const QueryParameter> known);

bool has_type(const json::value& value, Type type);  // of those that aren't objects
// The body as an object with the members of the schema, each of its type; `invalid_argument`.
base::Result<json::object> parse_body(std::string_view body, const Schema& schema);

}  // namespace art32::identity::api
