#include "tenancy/claim_token.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/assert.h"
#include "base/limits.h"
#include "crypto/mac.h"

namespace art32::tenancy {
namespace {

namespace json = boost::json;
namespace limits = base::limits;
using base::ErrorCode;
using base::failure;
using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr std::string_view type = "art32-claim+jwt";
constexpr std::string_view algorithm = "HS256";

std::int64_t unix_seconds(base::Instant instant) {
  return duration_cast<seconds>(instant.time_since_epoch()).count();
}

auto no_claim(std::string_view why) {
  return failure(ErrorCode::invalid_argument, fmt::format("that is no claim: {}", why),
                 "hand over the claim as it came with the request");
}

auto not_believed(std::string_view why, std::string mend = {}) {
  return failure(ErrorCode::permission, fmt::format("the claim isn't believed: {}", why), std::move(mend));
}

struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_text;
};

base::Result<Parts> split_token(std::string_view token) {
  if (token.size() > limits::claim_octets)
    return no_claim(fmt::format("it is longer than {} octets", limits::claim_octets));
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos)
    return no_claim("it isn't three parts with dots between them");
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

// An object with exactly these members, none of them twice.
base::Result<json::object> parse_object(std::string_view encoded,
                                        std::initializer_list<std::string_view> members) {
  const auto octets = base::from_base64url(encoded);
  if (!octets) return no_claim("a part of it isn't base64url");
  json::parse_options options;
  options.max_depth = 2;
  boost::system::error_code trouble;
  const std::string_view text = base::as_text(*octets);
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), trouble, {}, options);
  if (trouble || !parsed.is_object()) return no_claim("a part of it isn't a JSON object");
  const json::object& object = parsed.get_object();
  if (object.size() != members.size()) return no_claim("it hasn't the members that claims have");
  for (const std::string_view member : members)
    if (!object.contains(json::string_view(member.data(), member.size())))
      return no_claim(fmt::format("it has no \"{}\"", member));
  return object;
}

std::string text_of(const json::object& object, std::string_view member) {
  const json::value& value = object.at(json::string_view(member.data(), member.size()));
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

// Seconds since 1970, of the years that our clock can hold.
std::optional<base::Instant> time_of(const json::object& object, std::string_view member) {
  const json::value& value = object.at(json::string_view(member.data(), member.size()));
  constexpr std::int64_t end = 253'402'300'800;  // of the year 9999
  if (!value.is_int64() || value.get_int64() < 0 || value.get_int64() >= end) return std::nullopt;
  return base::Instant(seconds(value.get_int64()));
}

base::Result<const Key*> key_of(const Parts& parts, const KeyRing& keys) {
  ART32_ASSIGN(const json::object header, parse_object(parts.header, {"alg", "kid", "typ"}));
  if (text_of(header, "alg") != algorithm || text_of(header, "typ") != type)
    return no_claim(fmt::format("it isn't {} with {}", type, algorithm));
  const std::string id = text_of(header, "kid");
  const Key* key = keys.find(id);
  if (key == nullptr)
    return not_believed("its key isn't among those that are in use",
                        "whoever signs claims and the gateway must have the same key file");
  return key;
}

base::Result<model::Claim> parse_claim(std::string_view payload) {
  ART32_ASSIGN(const json::object object,
               parse_object(payload, {"aud", "exp", "iat", "kind", "request", "sub", "team"}));
  const auto kind = model::parse_actor_kind(text_of(object, "kind"));
  const auto issued = time_of(object, "iat");
  const auto expires = time_of(object, "exp");
  if (!kind || *kind == model::ActorKind::principal) return no_claim("its kind isn't one");
  if (!issued || !expires) return no_claim("its times aren't seconds since 1970");
  model::Claim claim{{text_of(object, "team")},
                     {*kind, text_of(object, "sub")},
                     text_of(object, "request"),
                     text_of(object, "aud"),
                     *issued,
                     *expires};
  if (const std::string fault = fault_of(claim); !fault.empty()) return no_claim(fault);
  return claim;
}

}  // namespace

std::string sign_claim(const model::Claim& claim, const KeyRing& keys) {
  ART32_ASSERT(fault_of(claim).empty() && claim.actor.kind != model::ActorKind::principal);
  const Key& key = keys.signing();
  // Words and key ids need no escapes; members in alphabetical order (RFC 8785).
  const std::string header = fmt::format(R"({{"alg":"{}","kid":"{}","typ":"{}"}})", algorithm, key.id, type);
  const std::string payload =
      fmt::format(R"({{"aud":"{}","exp":{},"iat":{},"kind":"{}","request":"{}","sub":"{}","team":"{}"}})",
                  claim.audience, unix_seconds(claim.expires), unix_seconds(claim.issued),
                  name(claim.actor.kind), claim.request, claim.actor.id, claim.team.value);
  const std::string text =
      base::base64url(base::as_bytes(header)) + "." + base::base64url(base::as_bytes(payload));
  return text + "." + base::base64url(crypto::hmac_sha256(key.secret.view(), base::as_bytes(text)));
}

// The signature before the claim itself: what nobody signed isn't read.
base::Result<model::Claim> verify_claim(std::string_view token, const KeyRing& keys,
                                        std::string_view audience, base::Instant now) {
  ART32_ASSIGN(const Parts parts, split_token(token));
  ART32_ASSIGN(const Key* const key, key_of(parts, keys));
  const auto signature = base::from_base64url(parts.signature);
  if (!signature) return no_claim("its signature isn't base64url");
  const crypto::Digest right = crypto::hmac_sha256(key->secret.view(), base::as_bytes(parts.signed_text));
  if (!crypto::equal_constant_time(*signature, right)) return not_believed("its signature is wrong");
  ART32_ASSIGN(model::Claim claim, parse_claim(parts.payload));
  if (claim.audience != audience)
    return not_believed(fmt::format("it is for \"{}\", and this is \"{}\"", claim.audience, audience));
  if (now >= claim.expires)
    return not_believed(
        fmt::format("it expired {} s ago", duration_cast<seconds>(now - claim.expires).count()),
        "a claim is for one request: ask for a new one with the next");
  if (claim.issued > now + limits::claim_skew)
    return not_believed(
        fmt::format("it was issued {} s in the future", duration_cast<seconds>(claim.issued - now).count()),
        "the clocks of its issuer and of this gateway differ: mend them (NTP)");
  return claim;
}

}  // namespace art32::tenancy
