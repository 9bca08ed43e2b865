#include "identity/api/api.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "base/text.h"
#include "identity/api/handlers.h"
#include "identity/api/openapi.h"
#include "identity/api/problem.h"
#include "identity/authorization.h"

namespace art32::identity {
namespace {

using api::Route;

struct Found {
  const Route* route = nullptr;  // nothing: no address, or not with this method
  std::vector<std::string> names;
  std::string allowed;  // methods of the address; empty: there is none
};

Found find_route(const net::HttpRequest& request) {
  const std::string_view method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  Found found;
  for (const Route& route : api::routes()) {
    auto names = api::match(route.path, request.path);
    if (!names) continue;
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") found.allowed += ", HEAD";
    if (route.method != method) continue;
    found.route = &route;
    found.names = *std::move(names);
  }
  return found;
}

net::HttpResponse no_route(const Found& found) {
  if (found.allowed.empty())
    return api::problem(404, "not-found", "the API has no such address",
                        "/api/openapi.json lists those it has");
  net::HttpResponse response = api::problem(405, "method-not-allowed", "this address has no such method",
                                            fmt::format("use one of {}", found.allowed));
  response.headers.push_back({"Allow", found.allowed});
  return response;
}

std::string_view authorization_of(const net::HttpRequest& request) {
  return net::find_header(request.headers, "Authorization").value_or("");
}

// A claim has dots and no bar; what accounts and users have for a token has a bar (docs/formats/claim.md).
std::string claim_of(std::string_view authorization) {
  const auto credentials = parse_authorization(authorization);
  const auto* const bearer = credentials ? std::get_if<BearerCredentials>(&*credentials) : nullptr;
  if (bearer == nullptr) return {};
  const std::string_view token = bearer->token.text();
  return token.find('.') != token.npos && token.find('|') == token.npos ? std::string(token) : std::string();
}

bool is_let_in(May may, api::Access access) {
  return may == May::customers || (may == May::trail && access == api::Access::trail);
}

// Who calls, or why nobody is let in.
tl::expected<api::Caller, net::HttpResponse> let_in(Accounts& accounts, const Route& route,
                                                    const net::HttpRequest& request) {
  const std::string_view authorization = authorization_of(request);
  if (route.access == api::Access::anybody) return api::Caller{};
  if (route.access == api::Access::trail)
    if (std::string claim = claim_of(authorization); !claim.empty()) return api::Caller{{}, std::move(claim)};
  SignIn caller = accounts.authenticate(authorization, request.peer);
  if (caller.answer == SignIn::Answer::too_many)
    return tl::unexpected(api::too_many("there were too many wrong passwords of machine accounts",
                                        "wait a minute, or use a token"));
  if (caller.answer != SignIn::Answer::accepted)
    return tl::unexpected(
        api::unauthenticated("unauthenticated", "credentials of a machine account are needed",
                             "send \"Authorization: Bearer ID|TOKEN\"; art32 account token issue makes one"));
  if (!is_let_in(caller.may, route.access))
    return tl::unexpected(
        api::problem(403, "permission", "this machine account may not do this",
                     "use one that was added with: art32 account add NAME --may customers"));
  return api::Caller{std::move(caller.account), {}};
}

// RFC 9110 section 8.3: "application/json", whatever its parameters and case.
bool is_json(std::string_view content_type) {
  const std::string_view type = base::trim(content_type.substr(0, content_type.find(';')));
  return net::same_name(type, api::json_type);
}

base::Result<api::json::object> body_of(const Route& route, const net::HttpRequest& request) {
  if (!route.request.empty()) return api::parse_body(request.body, api::find_schema(route.request));
  // Whoever sends one means something by it.
  if (!request.body.empty())
    return base::failure(base::ErrorCode::invalid_argument, "this takes no body", "send it without one");
  return api::json::object();
}

}  // namespace

IdentityApi::IdentityApi(Customers& customers, Accounts& accounts, const base::Clock& clock)
    : customers_(customers),
      accounts_(accounts),
      clock_(clock),
      document_(std::make_shared<const std::string>(api::openapi_document())) {}

bool IdentityApi::is_own(std::string_view path) {
  return path == "/api" || path.starts_with("/api/");
}

net::HttpResponse IdentityApi::answer(const net::HttpRequest& request) const {
  Found found = find_route(request);
  if (found.route == nullptr) return no_route(found);
  const Route& route = *found.route;
  const auto caller = let_in(accounts_, route, request);
  if (!caller) return caller.error();
  if (!route.request.empty() && !is_json(net::find_header(request.headers, "Content-Type").value_or(""))) {
    net::HttpResponse response =
        api::problem(415, "unsupported-media-type", "the body isn't JSON by its type",
                     "send \"Content-Type: application/json\"");
    response.headers.push_back({"Accept", std::string(api::json_type)});
    return response;
  }
  auto query = api::parse_query(request.query, route.query);
  if (!query) return api::problem(query.error());
  auto body = body_of(route, request);
  if (!body) return api::problem(body.error());
  const base::Result<net::HttpResponse> response =
      route.handler({customers_, clock_, request, document_, std::move(found.names), *std::move(query),
                     *std::move(body), *caller, trails_});
  return response ? *response : api::problem(response.error());
}

net::Blocking IdentityApi::blocking_of(const net::HttpRequest& request) const {
  const Route* const route = find_route(request).route;
  if (route == nullptr || route->access == api::Access::anybody) return net::Blocking::no;
  const CheckCost cost = accounts_.cost(authorization_of(request), request.peer);
  if (route->access == api::Access::trail) {
    const bool is_asked = cost != CheckCost::none || !claim_of(authorization_of(request)).empty();
    return is_asked ? net::Blocking::search : net::Blocking::no;
  }
  switch (cost) {
    case CheckCost::none:
      return net::Blocking::no;
    case CheckCost::hash:
      return net::Blocking::sign_in;
    case CheckCost::expected_hash:
      return net::Blocking::expected_sign_in;
    case CheckCost::lookup:
      break;
  }
  if (route->cost == api::Cost::hash) return net::Blocking::expected_sign_in;
  if (route->cost == api::Cost::none) return net::Blocking::yes;
  const auto body = body_of(*route, request);
  if (!body) return net::Blocking::yes;  // and refused before any password is
  const auto peer = api::counted_peer(*body, request);
  if (!peer) return net::Blocking::yes;
  return customers_.users.expects(api::text_of(*body, "login"), *peer) ? net::Blocking::expected_sign_in
                                                                       : net::Blocking::sign_in;
}

}  // namespace art32::identity
