// secrets.tokens: API tokens are stored as SHA-256, and only the whole, living
// token signs in.

#include <fmt/core.h>

#include <algorithm>

#include "audit/observe.h"
#include "audit/probes/canary_sign_in.h"
#include "audit/probes/probes.h"
#include "audit/probes/promised.h"
#include "audit/probes/stored_secrets.h"
#include "crypto/api_token.h"

namespace art32::audit {
namespace {

// 40 random characters and the eight hex digits of their checksum.
constexpr std::size_t octets_after_prefix = 48;

// "id|token" in its parts.
struct TokenParts {
  std::string id;
  std::string token;
};

std::optional<TokenParts> split(const std::string& presented) {
  const std::size_t pipe = presented.find('|');
  if (pipe == std::string::npos || presented.size() - pipe - 1 < octets_after_prefix) return std::nullopt;
  return TokenParts{presented.substr(0, pipe), presented.substr(pipe + 1)};
}

void attack_stored(const std::vector<StoredSecret>& stored, Observations& observations) {
  std::size_t bad = 0;
  std::int64_t first = 0;
  for (const StoredSecret& one : stored)
    if (!crypto::is_api_token_hash(one.stored) && bad++ == 0) first = one.id;
  observations.attack(
      "state.db",
      {"Ein Token, das nicht als SHA-256 gespeichert ist", "A token that isn't stored as SHA-256"},
      worked_if(bad > 0),
      bad == 0 ? fmt::format("all {} are 64 lower-case hex digits", stored.size())
               : fmt::format("{} of {} aren't; the first is number {}", bad, stored.size(), first));
}

void attack_sign_in(const ProbeContext& context, const TokenParts& parts, Observations& observations) {
  const auto attempt = [&](model::Text tried, const std::string& token) {
    SignIn result = sign_in(context, bearer(token));
    observations.attack("/metrics", std::move(tried), result.outcome, std::move(result.seen));
  };
  const std::string& token = parts.token;
  attempt({"Anmelden mit dem gespeicherten Hash als Token", "Signing in with the stored hash as the token"},
          parts.id + "|" + crypto::api_token_hash(token));
  std::string altered = token;
  char& changed = altered[altered.size() - octets_after_prefix];
  changed = changed == 'a' ? 'b' : 'a';
  attempt({"Anmelden mit einem veränderten Zeichen", "Signing in with one character changed"},
          parts.id + "|" + altered);
  attempt({"Anmelden mit einem abgeschnittenen Zeichen", "Signing in with one character cut off"},
          parts.id + "|" + token.substr(0, token.size() - 1));
  if (token.size() > octets_after_prefix)
    attempt({"Anmelden ohne das Präfix", "Signing in without the prefix"},
            parts.id + "|" + token.substr(token.size() - octets_after_prefix));
  attempt({"Anmelden unter der Nummer eines anderen Tokens", "Signing in under another token's number"},
          "999999999|" + token);
  attempt({"Anmelden mit leerem Token", "Signing in with an empty token"}, parts.id + "|");
}

void attack_files(const ProbeContext& context, const Canary& canary, const std::string& token,
                  Observations& observations) {
  const base::Path& database = context.target.state_database;
  const auto name = stands_in_database_files(database, canary.account, context.left());
  observations.control("state.db, state.db-wal",
                       {"Die Suche findet den Namen des Kontos in den Dateien",
                        "The search finds the account's name in the files"},
                       name ? worked_if(*name) : Outcome::undecided,
                       name ? "searched" : name.error().message());
  const auto secret = stands_in_database_files(database, token, context.left());
  observations.attack("state.db, state.db-wal",
                      {"Das Token steht im Klartext in den Dateien der Datenbank",
                       "The token stands in clear in the database's files"},
                      secret ? worked_if(*secret) : Outcome::undecided,
                      secret ? (*secret ? "found" : "not found") : secret.error().message());
}

}  // namespace

std::vector<model::Observation> probe_tokens(const ProbeContext& context) {
  Observations observations;
  control_promise(context.target, "encryption.secrets", "token_hash", "SHA-256", observations);
  const model::Text made{"Ein Konto mit bekanntem Token ist angelegt",
                         "An account with a known token is made"};
  auto canary = context.target.make_canary();
  const auto parts = canary ? split(canary->token) : std::nullopt;
  if (!parts) {
    if (canary) context.target.remove_canary(*canary);
    observations.control("canary", made, Outcome::undecided,
                         canary ? "its token has another form" : canary.error().message());
    return observations.take();
  }
  HeldCanary held(context.target, std::move(*canary));
  const auto control = [&](model::Text tried) {
    SignIn result = sign_in(context, bearer(held->token));
    observations.control("/metrics", std::move(tried), result.outcome, std::move(result.seen));
  };
  const auto stored = stored_tokens(context.target.state_database);
  const auto is_own = [&parts](const StoredSecret& one) { return std::to_string(one.id) == parts->id; };
  const auto own =
      stored ? std::ranges::find_if(*stored, is_own) : std::vector<StoredSecret>::const_iterator();
  const bool found = stored && own != stored->end();
  observations.control("state.db",
                       {"Das Token des Kontos ist in der Datenbank auffindbar",
                        "The account's token is found in the database"},
                       stored ? worked_if(found) : Outcome::undecided,
                       stored ? fmt::format("{} stored tokens", stored->size()) : stored.error().message());
  if (!found) return observations.take();
  const bool as_promised = own->stored == crypto::api_token_hash(parts->token);
  observations.attack("state.db",
                      {"Das eigene Token ist anders gespeichert als durch seinen SHA-256-Wert",
                       "The token of our own is stored as anything else than its SHA-256"},
                      worked_if(!as_promised), as_promised ? "its SHA-256" : "something else");
  attack_stored(*stored, observations);
  control({"Anmelden mit dem richtigen Token", "Signing in with the right token"});
  attack_sign_in(context, *parts, observations);
  control({"Danach anmelden mit dem richtigen Token: das Konto ist nicht gesperrt",
           "Signing in with the right token afterwards: the account isn't locked"});
  attack_files(context, *held, parts->token, observations);
  held.remove();
  SignIn gone = sign_in(context, bearer(held->token));
  observations.attack(
      "/metrics", {"Anmelden, nachdem das Konto entfernt wurde", "Signing in after the account was removed"},
      gone.outcome, std::move(gone.seen));
  return observations.take();
}

}  // namespace art32::audit
