#include "identity/api/schema.h"

#include <algorithm>

#include "base/assert.h"

namespace art32::identity::api {
namespace {

using enum Type;
using enum Need;

constexpr Property new_team[] = {
    {"id", text, always, "1 to 64 of A-Z a-z 0-9 . _ : @ + -; it is never given again"},
    {"name", text, always, "1 to 200 octets on one line"},
};
constexpr Property team_change[] = {{"name", text, always, "1 to 200 octets on one line"}};
constexpr Property new_user[] = {{"login", text, always, "An e-mail address; its case doesn't matter"}};
constexpr Property user_change[] = {
    {"disabled", truth, always, "A disabled user neither signs in nor has a token that is accepted"}};
constexpr Property new_password[] = {{"password", text, always, "12 characters at least, 72 octets at most"}};
constexpr Property new_token[] = {
    {"team", text, always, "The team it acts in"},
    {"user", number, always, "Whose it is: a member of the team"},
    {"name", text, always, "What it is for: 1 to 1020 octets on one line"},
    {"abilities", words, always, "What it may do; [\"*\"] is everything"},
    {"expires", time, optional, "When it ends; without it, at the end of the life of all tokens"},
    {"expires_in", number, optional, "In so many seconds; not together with expires"},
};
constexpr Property token_change[] = {{"expires", time, always, "When it ends: sooner than before"}};
constexpr Property sign_in_try[] = {
    {"login", text, always, "An e-mail address"},
    {"password", text, always, "As the user typed it"},
    {"address", text, optional,
     "The user's numeric IP address as the application saw it: wrong passwords are counted by it. Without "
     "it, that of the caller"},
};

constexpr Property team[] = {
    {"id", text, always, "As claims carry it"},
    {"name", text, always, "For people"},
    {"created", time, always, "When it was added"},
    {"removed", time, or_null, "When it was removed"},
};
constexpr Property team_page[] = {
    {"teams", objects, always, "By id", "Team"},
    {"next", text, or_null, "Give it as `after` for the next page; null: this is the last"},
};
constexpr Property user[] = {
    {"id", number, always, "Never given again"},
    {"login", text, always, "An e-mail address, lower case"},
    {"has_password", truth, always, "Whether one was set"},
    {"created", time, always, "When the user was added"},
    {"disabled", time, or_null, "When the user was disabled"},
};
constexpr Property user_page[] = {
    {"users", objects, always, "By id", "User"},
    {"next", number, or_null, "Give it as `after` for the next page; null: this is the last"},
};
constexpr Property teams_of_user[] = {{"teams", objects, always, "By id; removed ones are left out", "Team"}};
constexpr Property token[] = {
    {"id", number, always, "Never given again"},
    {"team", text, always, "The team it acts in"},
    {"user", number, always, "Whose it is"},
    {"name", text, always, "What it is for"},
    {"abilities", words, always, "What it may do"},
    {"created", time, always, "When it was issued"},
    {"expires", time, or_null, "Its own end; it may end sooner with the life of all tokens"},
    {"last_used", time, or_null, "When it was used last, up to half a minute late"},
};
constexpr Property token_page[] = {
    {"tokens", objects, always, "By id", "Token"},
    {"next", number, or_null, "Give it as `after` for the next page; null: this is the last"},
};
constexpr Property issued_token[] = {
    {"plain_text", text, always, "What the client presents; it is shown this once"},
    {"token", object, always, "What is kept of it", "Token"},
};
constexpr Property revoked[] = {{"revoked", number, always, "How many tokens ended"}};
constexpr Property signed_in[] = {
    {"user", object, always, "Who signed in", "User"},
    {"teams", objects, always, "The user's teams, by id", "Team"},
};
constexpr Property change[] = {
    {"number", number, always, "Of the record, among its team's"},
    {"record", object, always, "What changed: docs/formats/record.md", "TrailRecord"},
    {"transaction", object, or_null, "Who did it and when; null for a gap", "TrailRecord"},
};
constexpr Property change_page[] = {
    {"changes", objects, always, "In the order that was asked for", "Change"},
    {"next", number, or_null, "Give it as `behind` for the next page; null: there is no more"},
};
constexpr Property problem[] = {
    {"type", text, always, "about:blank"},
    {"title", text, always, "What the status means"},
    {"status", number, always, "The status of the answer"},
    {"code", text, always, "A word for programs, such as not-found"},
    {"detail", text, always, "What happened"},
    {"mend", text, optional, "What to do about it"},
};

constexpr Schema table[] = {
    {"NewTeam", Use::request, "A team to add", new_team},
    {"TeamChange", Use::request, "What becomes of a team", team_change},
    {"NewUser", Use::request, "A user to add", new_user},
    {"UserChange", Use::request, "What becomes of a user", user_change},
    {"NewPassword", Use::request, "A user's new password", new_password},
    {"NewToken", Use::request, "A token to issue", new_token},
    {"TokenChange", Use::request, "What becomes of a token", token_change},
    {"SignInTry", Use::request, "What a user typed to sign in", sign_in_try},
    {"Team", Use::answer, "A tenant, whose data is kept apart", team},
    {"TeamPage", Use::answer, "Teams, at most 1000", team_page},
    {"User", Use::answer, "Somebody who signs in to the application", user},
    {"UserPage", Use::answer, "Users, at most 1000", user_page},
    {"TeamsOfUser", Use::answer, "The teams of a user", teams_of_user},
    {"Token", Use::answer, "An API token of a user in a team, without its secret", token},
    {"TokenPage", Use::answer, "Tokens, at most 1000", token_page},
    {"IssuedToken", Use::answer, "A token that was just issued", issued_token},
    {"RevokedTokens", Use::answer, "What was revoked", revoked},
    {"SignedIn", Use::answer, "Who signed in", signed_in},
    {"TrailRecord", Use::answer, "A record of the trail (docs/formats/record.md)", {}},
    {"Change", Use::answer, "A change of a row, tables that were emptied, or a gap", change},
    {"ChangePage", Use::answer,
     "Changes, as many as were asked for, or as a look may take: some seconds, some megabytes", change_page},
    {"Problem", Use::answer, "What went wrong (RFC 9457)", problem},
    {"Document", Use::answer, "This document (OpenAPI 3.1)", {}},
};

}  // namespace

std::span<const Schema> schemas() {
  return table;
}

const Schema& find_schema(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Schema::name);
  ART32_ASSERT(found != std::end(table));
  return *found;
}

json::object to_json_schema(Type type, std::string_view of) {
  const auto reference = [of] { return json::object{{"$ref", "#/components/schemas/" + std::string(of)}}; };
  switch (type) {
    case text:
      return {{"type", "string"}};
    case number:
      return {{"type", "integer"}, {"format", "int64"}};
    case truth:
      return {{"type", "boolean"}};
    case time:
      return {{"type", "string"}, {"format", "date-time"}, {"pattern", "Z$"}};
    case words:
      return {{"type", "array"}, {"items", json::object{{"type", "string"}}}};
    case object:
      return reference();
    case objects:
      return {{"type", "array"}, {"items", reference()}};
  }
  return {};
}

json::object to_json_schema(const Schema& schema) {
  json::object result{{"type", "object"}, {"description", key(schema.about)}};
  if (schema.members.empty()) return result;
  json::object properties;
  json::array required;
  for (const Property& member : schema.members) {
    json::object property = to_json_schema(member.type, member.of);
    if (member.need == or_null && member.type == object)
      property = json::object{{"anyOf", json::array{property, json::object{{"type", "null"}}}}};
    else if (member.need == or_null)
      property["type"] = json::array{property["type"], "null"};
    property["description"] = key(member.about);
    properties[key(member.name)] = std::move(property);
    if (member.need != optional) required.emplace_back(key(member.name));
  }
  result["required"] = std::move(required);
  result["properties"] = std::move(properties);
  if (schema.use == Use::request) result["additionalProperties"] = false;
  return result;
}

}  // namespace art32::identity::api
