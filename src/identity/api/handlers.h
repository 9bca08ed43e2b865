// What the routes of the JSON API do, for their table (routes.cpp), and what they share. Plain
// functions of a call; they may block. Any thread.
#pragma once

#include "identity/api/route.h"

namespace art32::identity::api {

using Answer = base::Result<net::HttpResponse>;

Answer list_teams(const Call& call);  // team_handlers.cpp
Answer add_team(const Call& call);
Answer show_team(const Call& call);
Answer change_team(const Call& call);
Answer remove_team(const Call& call);
Answer list_members(const Call& call);
Answer add_member(const Call& call);
Answer remove_member(const Call& call);

Answer list_users(const Call& call);  // user_handlers.cpp
Answer add_user(const Call& call);
Answer show_user(const Call& call);
Answer change_user(const Call& call);
Answer remove_user(const Call& call);
Answer set_password(const Call& call);
Answer list_teams_of_user(const Call& call);
Answer sign_in(const Call& call);

Answer list_tokens_of_team(const Call& call);  // token_handlers.cpp
Answer list_tokens_of_user(const Call& call);
Answer revoke_tokens_of_user(const Call& call);
Answer issue_token(const Call& call);
Answer show_token(const Call& call);
Answer change_token(const Call& call);
Answer revoke_token(const Call& call);

Answer search_trail(const Call& call);  // trail_handlers.cpp
Answer show_change(const Call& call);

// Of the path; `not_found` where there is none.
base::Result<Team> team_at(const Call& call, std::size_t index);
base::Result<User> user_at(const Call& call, std::size_t index);
base::Result<PersonalToken> token_at(const Call& call, std::size_t index);
// The number at `after`; 0 without it.
std::int64_t number_after(const Call& call);
std::string text_of(const json::object& body, std::string_view member);

json::object to_json(const Team& team);
json::object to_json(const User& user);
json::object to_json(const PersonalToken& token);
json::value to_json(std::optional<base::Instant> instant);
// With their names, by id.
base::Result<json::array> teams_of(const Customers& customers, UserId user);

net::HttpResponse answer(int status, const json::value& body);
net::HttpResponse answer(int status, std::string json);
net::HttpResponse no_content(int status = 204);
net::HttpResponse created(std::string location, const json::value& body);

// By whom wrong passwords are counted: the address that the body names, or the caller's, of IPv6
// the 64 bits that one subscriber has. `invalid_argument` when it is no address.
base::Result<std::string> counted_peer(const json::object& body, const net::HttpRequest& request);

}  // namespace art32::identity::api
