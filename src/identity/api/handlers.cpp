#include "identity/api/handlers.h"

#include <fmt/core.h>

#include "base/json_text.h"
#include "base/text.h"
#include "identity/api/problem.h"
#include "net/socket_address.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;
using base::failure;

constexpr std::uint64_t greatest_id = std::numeric_limits<std::int64_t>::max();

// 0, which nobody has, for what is no number.
std::int64_t id_of(std::string_view text) {
  const std::optional<std::uint64_t> number = base::parse_number(text);
  return number && *number <= greatest_id ? static_cast<std::int64_t>(*number) : 0;
}

}  // namespace

base::Result<Team> team_at(const Call& call, std::size_t index) {
  const std::string& name = call.names.at(index);
  ART32_ASSIGN(std::optional<Team> team, call.customers.teams.find({name}));
  if (team) return *std::move(team);
  return failure(ErrorCode::not_found, fmt::format("there is no team {}", base::json_string(name)),
                 "GET /api/teams lists those there are");
}

base::Result<User> user_at(const Call& call, std::size_t index) {
  const std::string& name = call.names.at(index);
  ART32_ASSIGN(std::optional<User> user, call.customers.users.find(UserId(id_of(name))));
  if (user) return *std::move(user);
  return failure(ErrorCode::not_found, fmt::format("there is no user {}", base::json_string(name)),
                 "GET /api/users lists those there are");
}

base::Result<PersonalToken> token_at(const Call& call, std::size_t index) {
  const std::int64_t id = id_of(call.names.at(index));
  ART32_ASSIGN(std::optional<PersonalToken> token, call.customers.tokens.find(TokenId(id)));
  if (token) return *std::move(token);
  // Not the path's own text: by mistake it could be a token.
  return failure(ErrorCode::not_found, "there is no token of this number",
                 "GET /api/users/{user}/tokens lists those there are");
}

std::int64_t number_after(const Call& call) {
  const auto found = call.query.find("after");
  return found == call.query.end() ? 0 : id_of(found->second);
}

std::string text_of(const json::object& body, std::string_view member) {
  return std::string(body.at(key(member)).as_string());
}

json::value to_json(std::optional<base::Instant> instant) {
  return instant ? json::value(base::rfc3339(*instant)) : json::value(nullptr);
}

json::object to_json(const Team& team) {
  return {{"id", team.id.value},
          {"name", team.name},
          {"created", base::rfc3339(team.created)},
          {"removed", to_json(team.removed)}};
}

json::object to_json(const User& user) {
  return {{"id", user.id.value},
          {"login", user.login},
          {"has_password", user.has_password},
          {"created", base::rfc3339(user.created)},
          {"disabled", to_json(user.disabled)}};
}

json::object to_json(const PersonalToken& token) {
  json::array abilities;
  for (const std::string& word : token.abilities.words)
    abilities.emplace_back(word);
  return {{"id", token.id.value},
          {"team", token.member.team.value},
          {"user", token.member.user.value},
          {"name", token.name},
          {"abilities", std::move(abilities)},
          {"created", base::rfc3339(token.created)},
          {"expires", to_json(token.expires)},
          {"last_used", to_json(token.last_used)}};
}

base::Result<json::array> teams_of(const Customers& customers, UserId user) {
  ART32_ASSIGN(const std::vector<model::TeamId> ids, customers.memberships.teams_of(user));
  json::array teams;
  for (const model::TeamId& id : ids) {
    ART32_ASSIGN(const std::optional<Team> team, customers.teams.find(id));
    if (team && !team->removed) teams.push_back(to_json(*team));
  }
  return teams;
}

net::HttpResponse answer(int status, const json::value& body) {
  return answer(status, json::serialize(body));
}

net::HttpResponse answer(int status, std::string json) {
  net::HttpResponse response = net::HttpResponse::text(status, std::move(json), json_type);
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

net::HttpResponse no_content(int status) {
  return {status, {{"Cache-Control", "no-store"}}, nullptr};
}

net::HttpResponse created(std::string location, const json::value& body) {
  net::HttpResponse response = answer(201, body);
  response.headers.push_back({"Location", std::move(location)});
  return response;
}

base::Result<std::string> counted_peer(const json::object& body, const net::HttpRequest& request) {
  const json::value* const given = body.if_contains("address");
  const bool is_given = given != nullptr && given->is_string();
  const std::string text = is_given ? std::string(given->get_string()) : request.peer;
  const base::Result<net::SocketAddress> address = net::parse_socket_address(text, 0);
  if (address) return address->network();
  if (!is_given) return text;
  return failure(ErrorCode::invalid_argument, "\"address\" isn't a numeric IP address",
                 "send the user's address as the application saw it, such as 192.0.2.1 or 2001:db8::1");
}

}  // namespace art32::identity::api
