#include "identity/api/openapi.h"

#include "base/version.h"
#include "identity/api/problem.h"
#include "identity/api/route.h"

namespace art32::identity::api {
namespace {

json::object content_of(std::string_view type, std::string_view schema) {
  return {{key(type), json::object{{"schema", to_json_schema(Type::object, schema)}}}};
}

json::array parameters(const Route& route) {
  json::array all;
  for (const std::string_view name : parameters_of(route.path)) {
    const Type type = name == "team" ? Type::text : Type::number;
    all.push_back(
        {{"name", key(name)}, {"in", "path"}, {"required", true}, {"schema", to_json_schema(type, {})}});
  }
  for (const QueryParameter& parameter : route.query)
    all.push_back({{"name", key(parameter.name)},
                   {"in", "query"},
                   {"description", key(parameter.about)},
                   {"schema", to_json_schema(parameter.type, {})}});
  return all;
}

json::object responses(const Route& route) {
  json::object good{{"description", key(net::reason_phrase(route.status))}};
  if (!route.answer.empty()) good["content"] = content_of(json_type, route.answer);
  json::object all;
  all[std::to_string(route.status)] = std::move(good);
  if (route.method == "PUT" && route.status == 201)
    all["204"] = json::object{{"description", "It was so already"}};
  all["default"] = json::object{{"$ref", "#/components/responses/Problem"}};
  return all;
}

json::object operation(const Route& route) {
  json::object result{{"operationId", key(route.operation)}, {"summary", key(route.summary)}};
  if (json::array all = parameters(route); !all.empty()) result["parameters"] = std::move(all);
  if (!route.request.empty())
    result["requestBody"] =
        json::object{{"required", true}, {"content", content_of(json_type, route.request)}};
  result["responses"] = responses(route);
  if (route.access == Access::anybody) result["security"] = json::array{};
  if (route.access == Access::trail) {
    json::array security;
    for (const char* const scheme : {"token", "password", "claim"})
      security.emplace_back(json::object{{scheme, json::array{}}});
    result["security"] = std::move(security);
  }
  return result;
}

std::string lower(std::string_view method) {
  std::string result(method);
  for (char& letter : result)
    letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

json::object paths() {
  json::object all;
  for (const Route& route : routes()) {
    json::value& path = all[key(route.path)];
    if (!path.is_object()) path = json::object{};
    path.get_object()[lower(route.method)] = operation(route);
  }
  return all;
}

json::object components() {
  json::object shapes;
  for (const Schema& schema : schemas())
    shapes[key(schema.name)] = to_json_schema(schema);
  return {
      {"schemas", std::move(shapes)},
      {"responses",
       {{"Problem",
         {{"description", "What went wrong, and what to do about it (RFC 9457)"},
          {"content", content_of("application/problem+json", "Problem")}}}}},
      {"securitySchemes",
       {{"token", {{"type", "http"}, {"scheme", "bearer"}, {"description", "A token of a machine account"}}},
        {"claim",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"bearerFormat", "JWT"},
          {"description", "A claim for the trail of its team (docs/formats/claim.md)"}}},
        {"password",
         {{"type", "http"}, {"scheme", "basic"}, {"description", "A machine account and its password"}}}}}};
}

}  // namespace

std::string openapi_document() {
  json::object info{
      {"title", "art32: customers' identity"},
      {"version", key(base::version())},
      {"summary", "Teams, users, memberships and API tokens of an application's customers"},
      {"description",
       "Callers are machine accounts that may manage customers: `art32 account add NAME --may customers`. "
       "At /api/trail, also accounts that may read the trail alone, and claims for it. "
       "Times are RFC 3339 in UTC. A list ends where `next` is null; else ask again with it as `after`. "
       "HEAD is answered wherever GET is."},
      {"license", {{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}};
  json::array security;
  security.emplace_back(json::object{{"token", json::array{}}});
  security.emplace_back(json::object{{"password", json::array{}}});
  return json::serialize(json::object{{"openapi", "3.1.0"},
                                      {"info", std::move(info)},
                                      {"security", std::move(security)},
                                      {"paths", paths()},
                                      {"components", components()}});
}

}  // namespace art32::identity::api
