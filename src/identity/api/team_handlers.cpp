#include <fmt/core.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "identity/api/handlers.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;

std::string address_of(const model::TeamId& team) {
  // All letters of an id stand in a path as they are (RFC 3986 section 3.3).
  return "/api/teams/" + team.value;
}

}  // namespace

Answer list_teams(const Call& call) {
  const auto state = call.query.find("state");
  const bool is_removed = state != call.query.end() && state->second == "removed";
  if (state != call.query.end() && !is_removed && state->second != "current")
    return base::failure(ErrorCode::invalid_argument, "\"state\" is neither current nor removed");
  const auto after = call.query.find("after");
  ART32_ASSIGN(const std::vector<Team> teams,
               call.customers.teams.list(is_removed ? TeamsShown::removed : TeamsShown::current,
                                         {after == call.query.end() ? std::string() : after->second}));
  json::array list;
  for (const Team& team : teams)
    list.push_back(to_json(team));
  const bool is_full = teams.size() >= base::limits::identity_page_rows;
  return answer(200, json::object{{"teams", std::move(list)},
                                  {"next", is_full ? json::value(teams.back().id.value) : nullptr}});
}

Answer add_team(const Call& call) {
  const model::TeamId id{text_of(call.body, "id")};
  if (id.value == "." || id.value == "..")
    return base::failure(ErrorCode::invalid_argument,
                         fmt::format("\"{}\" means something else in an address", id.value),
                         "choose another id");
  ART32_CHECKED(call.customers.teams.add(id, text_of(call.body, "name")));
  ART32_ASSIGN(const std::optional<Team> team, call.customers.teams.find(id));
  return team ? created(address_of(id), to_json(*team)) : no_content(201);
}

Answer show_team(const Call& call) {
  ART32_ASSIGN(const Team team, team_at(call, 0));
  return answer(200, to_json(team));
}

Answer change_team(const Call& call) {
  ART32_CHECKED(call.customers.teams.rename({call.names.at(0)}, text_of(call.body, "name")));
  return show_team(call);
}

Answer remove_team(const Call& call) {
  ART32_CHECKED(call.customers.teams.remove({call.names.at(0)}));
  return no_content();
}

Answer list_members(const Call& call) {
  ART32_ASSIGN(const Team team, team_at(call, 0));
  ART32_ASSIGN(const std::vector<UserId> ids,
               call.customers.memberships.users_of(team.id, UserId(number_after(call))));
  json::array list;
  for (const UserId id : ids) {
    ART32_ASSIGN(const std::optional<User> user, call.customers.users.find(id));
    if (user) list.push_back(to_json(*user));  // else removed meanwhile
  }
  const bool is_full = ids.size() >= base::limits::identity_page_rows;
  return answer(200, json::object{{"users", std::move(list)},
                                  {"next", is_full ? json::value(ids.back().value) : nullptr}});
}

// RFC 9110 section 9.3.4: done twice it does what it does once, and 201 tells who did it.
Answer add_member(const Call& call) {
  ART32_ASSIGN(const Team team, team_at(call, 0));
  ART32_ASSIGN(const User user, user_at(call, 1));
  const base::Status added = call.customers.memberships.add({team.id, user.id});
  if (!added && added.error().code == ErrorCode::already_exists) return no_content();
  ART32_CHECKED(added);
  return no_content(201);
}

Answer remove_member(const Call& call) {
  ART32_ASSIGN(const Team team, team_at(call, 0));
  ART32_ASSIGN(const User user, user_at(call, 1));
  ART32_CHECKED(call.customers.memberships.remove({team.id, user.id}));
  return no_content();
}

}  // namespace art32::identity::api
