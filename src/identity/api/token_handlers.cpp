#include <fmt/core.h>

#include "base/limits.h"
#include "identity/api/handlers.h"

namespace art32::identity::api {
namespace {

using base::ErrorCode;
using base::failure;

json::value token_page(const std::vector<PersonalToken>& tokens) {
  json::array list;
  for (const PersonalToken& token : tokens)
    list.push_back(to_json(token));
  const bool is_full = tokens.size() >= base::limits::identity_page_rows;
  return json::object{{"tokens", std::move(list)},
                      {"next", is_full ? json::value(tokens.back().id.value) : nullptr}};
}

base::Result<std::optional<base::Instant>> end_of(const Call& call) {
  const json::value* const at = call.body.if_contains("expires");
  const json::value* const in = call.body.if_contains("expires_in");
  if (at != nullptr && in != nullptr)
    return failure(ErrorCode::invalid_argument, "\"expires\" and \"expires_in\" stand together",
                   "send one of them");
  if (at != nullptr) return base::parse_rfc3339(std::string_view(at->as_string()));
  if (in == nullptr) return std::optional<base::Instant>();
  constexpr std::int64_t longest = std::chrono::seconds(base::limits::token_life).count();
  if (in->as_int64() < 1 || in->as_int64() > longest)
    return failure(ErrorCode::invalid_argument, fmt::format("\"expires_in\" isn't 1 to {} seconds", longest),
                   "leave it out for a token that ends with the life of all tokens");
  return call.clock.now() + std::chrono::seconds(in->as_int64());
}

Abilities abilities_of(const Call& call) {
  Abilities abilities;
  for (const json::value& word : call.body.at("abilities").as_array())
    abilities.words.emplace_back(word.as_string());
  return abilities;
}

}  // namespace

Answer list_tokens_of_team(const Call& call) {
  ART32_ASSIGN(const Team team, team_at(call, 0));
  ART32_ASSIGN(const auto tokens, call.customers.tokens.list(team.id, TokenId(number_after(call))));
  return answer(200, token_page(tokens));
}

Answer list_tokens_of_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  ART32_ASSIGN(const auto tokens, call.customers.tokens.list(user.id, TokenId(number_after(call))));
  return answer(200, token_page(tokens));
}

Answer revoke_tokens_of_user(const Call& call) {
  ART32_ASSIGN(const User user, user_at(call, 0));
  ART32_ASSIGN(const std::size_t count, call.customers.tokens.revoke_all(user.id));
  return answer(200, json::object{{"revoked", count}});
}

Answer issue_token(const Call& call) {
  ART32_ASSIGN(const std::optional<base::Instant> expires, end_of(call));
  const Member member{{text_of(call.body, "team")}, UserId(call.body.at("user").as_int64())};
  ART32_ASSIGN(const IssuedToken issued,
               call.customers.tokens.issue(member, text_of(call.body, "name"), abilities_of(call), expires));
  ART32_ASSIGN(const std::optional<PersonalToken> token, call.customers.tokens.find(issued.id));
  if (!token) return failure(ErrorCode::conflict, "the token was revoked at once by somebody else");
  return created(fmt::format("/api/tokens/{}", issued.id.value),
                 json::object{{"plain_text", key(issued.shown.text())}, {"token", to_json(*token)}});
}

Answer show_token(const Call& call) {
  ART32_ASSIGN(const PersonalToken token, token_at(call, 0));
  return answer(200, to_json(token));
}

Answer change_token(const Call& call) {
  ART32_ASSIGN(const PersonalToken token, token_at(call, 0));
  const base::Instant at = *base::parse_rfc3339(std::string_view(call.body.at("expires").as_string()));
  if (token.expires && at > *token.expires)
    return failure(ErrorCode::conflict,
                   fmt::format("the token ends before that, at {}", base::rfc3339(*token.expires)),
                   "issue another one: a token's end only comes sooner");
  if (token.expires != at) ART32_CHECKED(call.customers.tokens.expire(token.id, at));
  return show_token(call);
}

Answer revoke_token(const Call& call) {
  ART32_ASSIGN(const PersonalToken token, token_at(call, 0));
  ART32_CHECKED(call.customers.tokens.revoke(token.id));
  return no_content();
}

}  // namespace art32::identity::api
