#include "app/customer_commands.h"

#include "app/command_arguments.h"
#include "app/customer_import.h"
#include "base/text.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;
using identity::TokenId;
using identity::UserId;

// By number, or by e-mail address.
Result<UserId> user_argument(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string text, text_argument(arguments, "user"));
  const auto number = base::parse_number(text);
  ART32_ASSIGN(const auto found,
               number ? system.customers().users.find(UserId(static_cast<std::int64_t>(*number)))
                      : system.customers().users.find(text));
  if (found) return found->id;
  return base::failure(ErrorCode::not_found, fmt::format("there is no user {}", text),
                       "name one by number or e-mail address: art32 user list shows them");
}

Result<model::TeamId> team_argument(const json::object& arguments) {
  ART32_ASSIGN(std::string text, text_argument(arguments, "team"));
  return model::TeamId{std::move(text)};
}

Result<TokenId> token_argument(const json::object& arguments) {
  return number_argument(arguments, "id").map([](std::uint64_t id) {
    return TokenId(static_cast<std::int64_t>(id));
  });
}

// A page of a list, and where the next one begins.
json::object page(json::array rows, json::value last) {
  const bool is_full = rows.size() >= base::limits::identity_page_rows;
  return {{"rows", std::move(rows)}, {"next", is_full ? std::move(last) : json::value(nullptr)}};
}

Result<std::int64_t> after_number(const json::object& arguments) {
  if (!arguments.contains("after")) return 0;
  return number_argument(arguments, "after").map([](std::uint64_t after) {
    return static_cast<std::int64_t>(after);
  });
}

Result<json::value> list_teams(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::optional<std::string> after, optional_text(arguments, "after"));
  const auto shown =
      arguments.contains("removed") ? identity::TeamsShown::removed : identity::TeamsShown::current;
  ART32_ASSIGN(const auto teams, system.customers().teams.list(shown, {after.value_or("")}));
  json::array rows;
  for (const identity::Team& team : teams)
    rows.push_back({{"id", team.id.value},
                    {"name", team.name},
                    {"created", base::rfc3339_seconds(team.created)},
                    {"removed", time_or_null(team.removed)}});
  return page(std::move(rows), teams.empty() ? json::value(nullptr) : json::value(teams.back().id.value));
}

Result<json::value> add_team(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_CHECKED(system.customers().teams.add(team, name));
  return json::object{{"team", team.value}};
}

Result<json::value> find_team(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_ASSIGN(const auto found, system.customers().teams.find(team));
  return json::object{{"known", found.has_value()},
                      {"removed", found ? time_or_null(found->removed) : json::value(nullptr)}};
}

Result<json::value> rename_team(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_CHECKED(system.customers().teams.rename(team, name));
  return json::object{{"team", team.value}};
}

Result<json::value> remove_team(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_CHECKED(system.customers().teams.remove(team));
  return json::object{{"team", team.value}};
}

Result<json::value> list_members(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_ASSIGN(const std::int64_t after, after_number(arguments));
  ART32_ASSIGN(const auto users, system.customers().memberships.users_of(team, UserId(after)));
  json::array rows;
  for (const UserId user : users) {
    ART32_ASSIGN(const auto found, system.customers().users.find(user));
    if (found) rows.push_back({{"id", user.value}, {"login", found->login}});
  }
  const bool is_full = users.size() >= base::limits::identity_page_rows;
  return json::object{{"rows", std::move(rows)},
                      {"next", is_full ? json::value(users.back().value) : json::value(nullptr)}};
}

Result<json::value> list_users(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::int64_t after, after_number(arguments));
  ART32_ASSIGN(const auto users, system.customers().users.list(UserId(after)));
  json::array rows;
  for (const identity::User& user : users) {
    ART32_ASSIGN(const auto teams, system.customers().memberships.teams_of(user.id));
    json::array of;
    for (const model::TeamId& team : teams)
      of.emplace_back(team.value);
    rows.push_back({{"id", user.id.value},
                    {"login", user.login},
                    {"teams", std::move(of)},
                    {"has_password", user.has_password},
                    {"created", base::rfc3339_seconds(user.created)},
                    {"disabled", time_or_null(user.disabled)}});
  }
  return page(std::move(rows), users.empty() ? json::value(nullptr) : json::value(users.back().id.value));
}

Result<json::value> add_user(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string login, text_argument(arguments, "login"));
  ART32_ASSIGN(const std::vector<std::string> teams, texts_argument(arguments, "teams"));
  // All of it or nothing, as far as one may know beforehand.
  for (const std::string& team : teams) {
    ART32_ASSIGN(const auto found, system.customers().teams.find({team}));
    if (!found || found->removed)
      return base::failure(ErrorCode::not_found, fmt::format("there is no team \"{}\"", team),
                           "art32 team list shows those there are");
  }
  ART32_ASSIGN(const UserId user, system.customers().users.add(login));
  for (const std::string& team : teams)
    ART32_CHECKED(system.customers().memberships.add({{team}, user}));
  return json::object{{"id", user.value}};
}

template <auto change>
Result<json::value> change_user(System& system, const json::object& arguments) {
  ART32_ASSIGN(const UserId user, user_argument(system, arguments));
  ART32_CHECKED((system.customers().users.*change)(user));
  return json::object{{"id", user.value}};
}

Result<json::value> set_user_password(System& system, const json::object& arguments) {
  ART32_ASSIGN(const UserId user, user_argument(system, arguments));
  ART32_ASSIGN(const std::string password, text_argument(arguments, "password"));
  ART32_CHECKED(system.customers().users.set_password(user, password));
  return json::object{{"id", user.value}};
}

template <auto change>
Result<json::value> change_membership(System& system, const json::object& arguments) {
  ART32_ASSIGN(const UserId user, user_argument(system, arguments));
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_CHECKED((system.customers().memberships.*change)({team, user}));
  return json::object{{"id", user.value}, {"team", team.value}};
}

Result<json::value> list_tokens(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::int64_t after, after_number(arguments));
  std::vector<identity::PersonalToken> tokens;
  if (arguments.contains("team")) {
    ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
    ART32_ASSIGN(tokens, system.customers().tokens.list(team, TokenId(after)));
  } else {
    ART32_ASSIGN(const UserId user, user_argument(system, arguments));
    ART32_ASSIGN(tokens, system.customers().tokens.list(user, TokenId(after)));
  }
  json::array rows;
  for (const identity::PersonalToken& token : tokens)
    rows.push_back({{"id", token.id.value},
                    {"team", token.member.team.value},
                    {"user", token.member.user.value},
                    {"name", token.name},
                    {"abilities", json::array(token.abilities.words.begin(), token.abilities.words.end())},
                    {"created", base::rfc3339_seconds(token.created)},
                    {"last_used", time_or_null(token.last_used)},
                    {"expires", time_or_null(token.expires)}});
  return page(std::move(rows), tokens.empty() ? json::value(nullptr) : json::value(tokens.back().id.value));
}

Result<json::value> issue_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const model::TeamId team, team_argument(arguments));
  ART32_ASSIGN(const UserId user, user_argument(system, arguments));
  ART32_ASSIGN(const std::string name, text_argument(arguments, "name"));
  ART32_ASSIGN(std::vector<std::string> abilities, texts_argument(arguments, "abilities"));
  ART32_ASSIGN(const auto expires, optional_day(arguments, "expires"));
  ART32_ASSIGN(const identity::IssuedToken issued,
               system.customers().tokens.issue({team, user}, name, {std::move(abilities)}, expires));
  return json::object{{"id", issued.id.value}, {"token", json::string(issued.shown.text())}};
}

Result<json::value> revoke_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const TokenId token, token_argument(arguments));
  ART32_CHECKED(system.customers().tokens.revoke(token));
  return json::object{{"id", token.value}};
}

Result<json::value> revoke_tokens(System& system, const json::object& arguments) {
  ART32_ASSIGN(const UserId user, user_argument(system, arguments));
  ART32_ASSIGN(const std::size_t count, system.customers().tokens.revoke_all(user));
  return json::object{{"revoked", count}};
}

Result<json::value> expire_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const TokenId token, token_argument(arguments));
  ART32_ASSIGN(const auto at, optional_day(arguments, "at"));
  ART32_CHECKED(system.customers().tokens.expire(token, at.value_or(system.clock().now())));
  return json::object{{"id", token.value}};
}

Result<json::value> prune_tokens(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::uint64_t hours, number_argument(arguments, "hours"));
  if (hours > static_cast<std::uint64_t>(base::limits::token_life.count()))
    return base::failure(ErrorCode::invalid_argument, "that is more than a hundred years");
  const base::Instant before = system.clock().now() - std::chrono::hours(hours);
  std::size_t all = 0;
  while (true) {
    ART32_ASSIGN(const std::size_t count, system.customers().tokens.prune(before));
    all += count;
    if (count < base::limits::token_change_rows) break;
  }
  return json::object{{"pruned", all}};
}

Result<json::value> revoke_found_token(System& system, const json::object& arguments) {
  ART32_ASSIGN(const std::string token, text_argument(arguments, "token"));
  ART32_ASSIGN(const std::string source, text_argument(arguments, "source"));
  ART32_ASSIGN(const identity::FoundToken found, system.customers().tokens.revoke_found(token, source));
  constexpr std::string_view names[] = {"unknown", "live", "ended"};
  return json::object{{"found", json::string(names[static_cast<std::size_t>(found)])}};
}

constexpr std::pair<std::string_view, ServerCommand> commands[] = {
    {"team list", list_teams},
    {"team add", add_team},
    {"team find", find_team},
    {"team rename", rename_team},
    {"team remove", remove_team},
    {"team members", list_members},
    {"user list", list_users},
    {"user add", add_user},
    {"user remove", change_user<&identity::Users::remove>},
    {"user disable", change_user<&identity::Users::disable>},
    {"user enable", change_user<&identity::Users::enable>},
    {"user password", set_user_password},
    {"user join", change_membership<&identity::Memberships::add>},
    {"user leave", change_membership<&identity::Memberships::remove>},
    {"token list", list_tokens},
    {"token issue", issue_token},
    {"token revoke", revoke_token},
    {"token revoke-all", revoke_tokens},
    {"token expire", expire_token},
    {"token prune", prune_tokens},
    {"token found", revoke_found_token},
    {"token import", import_tokens},
};

}  // namespace

std::span<const std::pair<std::string_view, ServerCommand>> customer_commands() {
  return commands;
}

}  // namespace art32::app
