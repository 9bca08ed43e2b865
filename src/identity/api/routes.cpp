#include "identity/api/handlers.h"

namespace art32::identity::api {
namespace {

constexpr QueryParameter state_and_after[] = {
    {"state", Type::text, "current (unless said otherwise) or removed"},
    {"after", Type::text, "The id after which the page begins: `next` of the page before"},
};
constexpr QueryParameter login_and_after[] = {
    {"login", Type::text, "The one user with this login, if there is one"},
    {"after", Type::number, "The id after which the page begins: `next` of the page before"},
};
constexpr QueryParameter after_number[] = {
    {"after", Type::number, "The id after which the page begins: `next` of the page before"},
};

constexpr QueryParameter of_trail[] = {
    {"team", Type::text,
     "Whose changes: an account has to say it (empty: what is of no team), a claim says it itself"},
    {"table", Type::text, "Of this table: schema.table, or a table of public"},
    {"row", Type::text, "Of that table's row with this id"},
    {"actor", Type::text, "By whom, as kind:id, such as user:7"},
    {"request", Type::text, "In which request"},
    {"from", Type::text, "Committed then or later: a time of RFC 3339 in UTC, or a day"},
    {"before", Type::text, "Committed before then"},
    {"column", Type::text, "That changed this column"},
    {"old", Type::text, "That had this value, in that column or in any"},
    {"new", Type::text, "That gave this value"},
    {"order", Type::text, "newest-first (unless said otherwise) or oldest-first"},
    {"behind", Type::number, "The number behind which the page begins: `next` of the page before"},
    {"limit", Type::number, "How many at most: 1 to 1000, 100 unless said otherwise"},
};
constexpr QueryParameter team_of_trail[] = {
    {"team", Type::text, "Whose: an account has to say it, a claim says it itself"},
};

Answer show_document(const Call& call) {
  net::HttpResponse response;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = call.document;
  return response;
}

constexpr Route table[] = {
    {"GET",
     "/api/openapi.json",
     "describe",
     "What this API is, for programs",
     show_document,
     "",
     200,
     "Document",
     {},
     Cost::none,
     Access::anybody},

    {"GET", "/api/teams", "listTeams", "List the teams", list_teams, "", 200, "TeamPage", state_and_after},
    {"POST", "/api/teams", "addTeam", "Add a team", add_team, "NewTeam", 201, "Team"},
    {"GET", "/api/teams/{team}", "showTeam", "Show a team, a removed one too", show_team, "", 200, "Team"},
    {"PATCH", "/api/teams/{team}", "changeTeam", "Rename a team", change_team, "TeamChange", 200, "Team"},
    {"DELETE", "/api/teams/{team}", "removeTeam",
     "Remove a team: its tokens end, its id is never given again", remove_team, "", 204, ""},
    {"GET", "/api/teams/{team}/members", "listMembers", "List the users of a team", list_members, "", 200,
     "UserPage", after_number},
    {"PUT", "/api/teams/{team}/members/{user}", "addMember",
     "Put a user into a team; 204 instead of 201 when the user is in it already", add_member, "", 201, ""},
    {"DELETE", "/api/teams/{team}/members/{user}", "removeMember",
     "Take a user out of a team; the user's tokens for it end", remove_member, "", 204, ""},
    {"GET", "/api/teams/{team}/tokens", "listTokensOfTeam", "List the tokens of a team", list_tokens_of_team,
     "", 200, "TokenPage", after_number},

    {"GET", "/api/users", "listUsers", "List the users, or find one by login", list_users, "", 200,
     "UserPage", login_and_after},
    {"POST", "/api/users", "addUser", "Add a user, who has no password yet", add_user, "NewUser", 201,
     "User"},
    {"GET", "/api/users/{user}", "showUser", "Show a user", show_user, "", 200, "User"},
    {"PATCH", "/api/users/{user}", "changeUser", "Disable a user, or enable one again", change_user,
     "UserChange", 200, "User"},
    {"DELETE", "/api/users/{user}", "removeUser", "Remove a user, with memberships and tokens", remove_user,
     "", 204, ""},
    {"PUT",
     "/api/users/{user}/password",
     "setPassword",
     "Set a user's password",
     set_password,
     "NewPassword",
     204,
     "",
     {},
     Cost::hash},
    {"GET", "/api/users/{user}/teams", "listTeamsOfUser", "List the teams of a user", list_teams_of_user, "",
     200, "TeamsOfUser"},
    {"GET", "/api/users/{user}/tokens", "listTokensOfUser", "List the tokens of a user", list_tokens_of_user,
     "", 200, "TokenPage", after_number},
    {"DELETE", "/api/users/{user}/tokens", "revokeTokensOfUser", "Revoke all tokens of a user",
     revoke_tokens_of_user, "", 200, "RevokedTokens"},

    {"POST", "/api/tokens", "issueToken", "Issue a token; it is shown this once", issue_token, "NewToken",
     201, "IssuedToken"},
    {"GET", "/api/tokens/{token}", "showToken", "Show a token, by its number", show_token, "", 200, "Token"},
    {"PATCH", "/api/tokens/{token}", "changeToken", "Let a token end sooner", change_token, "TokenChange",
     200, "Token"},
    {"DELETE", "/api/tokens/{token}", "revokeToken", "Revoke a token", revoke_token, "", 204, ""},

    {"POST",
     "/api/sign-ins",
     "signIn",
     "Check a user's password; 401 when it is refused, 429 when there were too many wrong ones",
     sign_in,
     "SignInTry",
     200,
     "SignedIn",
     {},
     Cost::sign_in},

    {"GET", "/api/trail/{database}/changes", "searchTrail",
     "Find changes of a team's data; each look is itself recorded", search_trail, "", 200, "ChangePage",
     of_trail, Cost::none, Access::trail},
    {"GET", "/api/trail/{database}/changes/{number}", "showChange",
     "Show a change, by its number among the team's records", show_change, "", 200, "Change", team_of_trail,
     Cost::none, Access::trail},
};

}  // namespace

std::span<const Route> routes() {
  return table;
}

}  // namespace art32::identity::api
