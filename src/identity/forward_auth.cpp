#include "identity/forward_auth.h"

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "crypto/random.h"
#include "identity/authorization.h"
#include "net/http_target.h"
#include "net/socket_address.h"

namespace art32::identity {
namespace {

constexpr std::string_view own_prefix = "x-art32-";

// "X_Art32_Team" and "x-art32-team" are one variable to a program behind CGI, FastCGI or WSGI. Some
// servers make an underscore of whatever is neither letter nor digit.
bool resembles_own(std::string_view name) {
  return name.size() >= own_prefix.size() &&
         std::ranges::equal(name.substr(0, own_prefix.size()), own_prefix, {}, [](char letter) {
           if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
           const bool is_kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
           return is_kept ? letter : '-';
         });
}

struct ShownToken {
  std::optional<BearerCredentials> credentials;
  std::string_view trouble;  // where there are none
};

ShownToken shown_token(const net::HttpRequest& request) {
  const net::HttpHeader* found = nullptr;
  for (const net::HttpHeader& header : request.headers) {
    if (!net::same_name(header.name, "Authorization")) continue;
    // Which of them the application would read, nobody knows.
    if (found != nullptr) return {std::nullopt, "the request has more than one Authorization header"};
    found = &header;
  }
  if (found == nullptr) return {std::nullopt, "the request shows no token: Authorization: Bearer ..."};
  if (found->value.find(',') != std::string::npos)  // a proxy may have joined two
    return {std::nullopt, "the Authorization header has more than one value"};
  std::optional<Credentials> parsed = parse_authorization(found->value);
  if (auto* bearer = parsed ? std::get_if<BearerCredentials>(&*parsed) : nullptr)
    return {std::move(*bearer), {}};
  return {std::nullopt, "the Authorization header shows no bearer token"};
}

std::string request_id(const net::HttpRequest& request) {
  std::vector<std::string_view> given;
  for (const net::HttpHeader& header : request.headers)
    if (net::same_name(header.name, "X-Request-Id")) given.push_back(header.value);
  if (given.size() == 1 && model::is_claim_word(given.front())) return std::string(given.front());
  return "r-" + base::hex(crypto::random_bytes(8));
}

net::HttpResponse response_with(int status, const std::array<std::string, identity_headers.size()>& values) {
  net::HttpResponse response;
  response.status = status;
  for (std::size_t i = 0; i < values.size(); ++i)
    response.headers.push_back({std::string(identity_headers[i]), values[i]});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

std::string client_address(const net::HttpRequest& request) {
  std::string_view last;
  for (const net::HttpHeader& header : request.headers)
    if (net::same_name(header.name, "X-Forwarded-For")) last = header.value;
  last = base::trim(last.substr(last.rfind(',') + 1));
  if (last.size() > base::limits::token_tries_octets) last = {};
  for (const std::string& address : {std::string(last), request.peer})
    if (const auto parsed = net::parse_socket_address(address, 0)) return parsed->network();
  return request.peer;
}

ForwardAuth::ForwardAuth(PersonalTokens& tokens, const base::Clock& clock)
    : tokens_(tokens), tries_(clock), refusals_(clock) {}

void ForwardAuth::sign_with(std::shared_ptr<const model::ClaimSigner> signer) {
  signer_ = std::move(signer);
}

bool ForwardAuth::needs_database(const net::HttpRequest& request) const {
  const ShownToken shown = shown_token(request);
  return shown.credentials && tokens_.needs_database(shown.credentials->token.text()) &&
         tries_.may_try(client_address(request), shown.credentials->token.text());
}

net::HttpResponse ForwardAuth::answer(const net::HttpRequest& request) {
  for (const net::HttpHeader& header : request.headers)
    if (resembles_own(header.name))
      return refuse(request, 403, {}, "the request has a header that only the proxy may set: " + header.name);
  const ShownToken shown = shown_token(request);
  if (!shown.credentials) return refuse(request, 401, R"(Bearer realm="art32")", shown.trouble);
  const std::string_view token = shown.credentials->token.text();
  const std::string address = client_address(request);
  if (!tries_.may_try(address, token) && tokens_.needs_database(token)) {
    net::HttpResponse response = refuse(request, 429, {}, "too many wrong tokens came from there");
    // Not the same for all: who came back after a whole turn would miss his second each time.
    response.headers.push_back({"Retry-After", std::to_string(tries_.until_turn(token).count())});
    return response;
  }
  const std::shared_ptr<const model::ClaimSigner> signer = signer_;
  const auto found = tokens_.look_up(token);
  if (!found || signer == nullptr) {
    if (!found) base::log_error("a token couldn't be looked up", {{"error", found.error().message()}});
    net::HttpResponse response = refuse(request, 503, {}, "tokens can't be looked up at the moment");
    response.headers.push_back({"Retry-After", "5"});
    return response;
  }
  if (!*found) {
    tries_.was_wrong(address);
    return refuse(request, 401, R"(Bearer realm="art32", error="invalid_token")", "the token isn't valid");
  }
  const auto lacks = [&holder = **found](const std::string& word) { return !holder.abilities.allow(word); };
  if (std::ranges::any_of(net::query_values(request.query, "ability"), lacks))
    return refuse(request, 403, R"(Bearer realm="art32", error="insufficient_scope")",
                  "the token hasn't the ability that this needs");
  return accept(request, **found, *signer);
}

net::HttpResponse ForwardAuth::accept(const net::HttpRequest& request, const TokenHolder& holder,
                                      const model::ClaimSigner& signer) {
  ++accepted_;
  const std::string id = request_id(request);
  return response_with(200, {holder.member.team.value, std::to_string(holder.member.user.value),
                             std::to_string(holder.token.value), to_json(holder.abilities), id,
                             signer.sign(holder.member.team, holder.actor(), id)});
}

net::HttpResponse ForwardAuth::refuse(const net::HttpRequest& request, int status, std::string_view challenge,
                                      std::string_view why) {
  ++(status == 503 ? undecidable_ : status == 429 ? not_tried_ : refused_);
  if (status != 503)
    refusals_.add(client_address(request), status == 429 ? Refusal::unchecked : Refusal::wrong);
  net::HttpResponse response = response_with(status, {});
  if (!challenge.empty()) response.headers.push_back({"WWW-Authenticate", std::string(challenge)});
  response.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  response.body = std::make_shared<const std::string>(std::string(why) + "\n");
  return response;
}

ForwardAuthCounters ForwardAuth::counters() const {
  return {accepted_, refused_, not_tried_, undecidable_};
}

void ForwardAuth::log_refusals() {
  for (const RefusalLine& line : refusals_.take_due())
    base::log_warning("requests refused for their token", {{"address", line.peer},
                                                           {"wrong", std::to_string(line.wrong)},
                                                           {"unchecked", std::to_string(line.unchecked)}});
}

}  // namespace art32::identity
