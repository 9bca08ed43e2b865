// The answer to a proxy that asks whether a request may pass: nginx auth_request, Caddy
// forward_auth, Traefik ForwardAuth, Envoy ext_authz over HTTP. 2xx lets it pass, with headers that
// say who it is and a claim for the gateway; 401 and 403 don't.
//
// Every answer has all the headers of identity_headers, empty where nothing is known: a proxy
// that copies what is there would else leave a header that the client made up. A request that
// comes with one of them, in whatever spelling ends in the same variable of a program, is
// refused. docs/guide/identity.md says how to set a proxy up.
// Any thread; blocks where needs_database() says so.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "identity/personal_tokens.h"
#include "identity/refusal_counts.h"
#include "identity/token_tries.h"
#include "model/claim_signer.h"
#include "net/http.h"

namespace art32::identity {

// In lower case the first letters of all of them are "x-art32-", which no other may have.
inline constexpr std::array<std::string_view, 6> identity_headers{
    "X-Art32-Team",       // its id
    "X-Art32-User",       // number of the token's user
    "X-Art32-Token",      // number of the token
    "X-Art32-Abilities",  // JSON array of texts
    "X-Art32-Request",    // id of the request: that of X-Request-Id, where it is a word of claims
    "X-Art32-Claim",      // docs/formats/claim.md
};

struct ForwardAuthCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;      // no token, a wrong one, one without the ability
  std::uint64_t not_tried = 0;    // too many wrong ones from there
  std::uint64_t undecidable = 0;  // the store failed
};

class ForwardAuth {
 public:
  // All outlive it.
  ForwardAuth(PersonalTokens& tokens, const base::Clock& clock);
  // From now on; before the first one nobody passes.
  void sign_with(std::shared_ptr<const model::ClaimSigner> signer);

  bool needs_database(const net::HttpRequest& request) const;
  // Of whatever method and path. `ability=...` in the query, percent-encoded, once for each that
  // the token must have.
  net::HttpResponse answer(const net::HttpRequest& request);

  ForwardAuthCounters counters() const;
  // Refusals since the last time, one line a minute about each address. Call it now and then.
  void log_refusals();

 private:
  net::HttpResponse refuse(const net::HttpRequest& request, int status, std::string_view challenge,
                           std::string_view why);
  net::HttpResponse accept(const net::HttpRequest& request, const TokenHolder& holder,
                           const model::ClaimSigner& signer);

  PersonalTokens& tokens_;
  TokenTries tries_;
  RefusalCounts refusals_;
  std::atomic<std::shared_ptr<const model::ClaimSigner>> signer_;
  std::atomic<std::uint64_t> accepted_{0}, refused_{0}, not_tried_{0}, undecidable_{0};
};

// Where the client is, as the nearest proxy says: the last of X-Forwarded-For; else the peer. Of
// IPv6 the network of one subscriber.
std::string client_address(const net::HttpRequest& request);

}  // namespace art32::identity
