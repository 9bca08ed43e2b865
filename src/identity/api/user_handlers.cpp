#include <fmt/core.h>

#include "base/limits.h"
#include "identity/api/handlers.h"
#include "identity/api/problem.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;

json::value user_page(const std::vector<User>& users) {
  json::array list;
  for (const User& user : users)
    list.push_back(to_json(user));
  const bool is_full = users.size() >= base::limits::identity_page_rows;
  return json::object{{"users", std::move(list)},
                      {"next", is_full ? json::value(users.back().id.value) : nullptr}};
}

}  // namespace

Answer list_users(const Call& call) {
  if (const auto login = call.query.find("login"); login != call.query.end()) {
    if (call.query.contains("after"))
      return base::failure(ErrorCode::invalid_argument, "\"login\" and \"after\" stand together",
                           "ask for one user, or for a page");
    ART32_ASSIGN(const std::optional<User> user, call.customers.users.find(std::string_view(login->second)));
    return answer(200, user_page(user ? std::vector<User>{*user} : std::vector<User>{}));
  }
  ART32_ASSIGN(const std::vector<User> users, call.customers.users.list(UserId(number_after(call))));
  return answer(200, user_page(users));
}

Answer add_user(const Call& call) {
  ART32_ASSIGN(const UserId id, call.customers.users.add(text_of(call.body, "login")));
  ART32_ASSIGN(const std::optional<User> user, call.customers.users.find(id));
  return user ? created(fmt::format("/api/users/{}", id.value), to_json(*user)) : no_content(201);
}

Answer show_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  return answer(200, to_json(user));
}

Answer change_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  const bool disabled = call.body.at("disabled").as_bool();
  const base::Status changed =
      disabled ? call.customers.users.disable(user.id) : call.customers.users.enable(user.id);
  // Not found: it is so already, or the user was removed just now, which show_user tells.
  if (!changed && changed.error().code != ErrorCode::not_found) return tl::unexpected(changed.error());
  return show_user(call);
}

Answer remove_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  ART32_CHECKED(call.customers.users.remove(user.id));
  return no_content();
}

Answer set_password(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  ART32_CHECKED(call.customers.users.set_password(user.id, text_of(call.body, "password")));
  return no_content();
}

Answer list_teams_of_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  ART32_ASSIGN(json::array teams, teams_of(call.customers, user.id));
  return answer(200, json::object{{"teams", std::move(teams)}});
}

Answer sign_in(const Call& call) {
  ART32_ASSIGN(const std::string peer, counted_peer(call.body, call.request));
  ART32_ASSIGN(const UserSignIn result, call.customers.users.sign_in(text_of(call.body, "login"),
                                                                     text_of(call.body, "password"), peer));
  if (result.answer == UserSignIn::Answer::too_many)
    return too_many("there were too many wrong passwords, and this one wasn't looked at",
                    "let the user wait a minute; send each user's own address");
  if (result.answer == UserSignIn::Answer::accepted) {
    ART32_ASSIGN(const std::optional<User> user, call.customers.users.find(result.user));
    if (user) {
      ART32_ASSIGN(json::array teams, teams_of(call.customers, user->id));
      return answer(200, json::object{{"user", to_json(*user)}, {"teams", std::move(teams)}});
    }
  }
  return unauthenticated("sign-in-refused", "login and password don't belong together, or may not be used",
                         "let the user type them again; the caller's own credentials were right");
}

}  // namespace art32::identity::api
