// tls.pins: the published pins are signed, name the key that is really served,
// and hold a backup, so that a rotation strands no client.

#include <fmt/core.h>

#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/pin_list.h"
#include "audit/probes/postgres_prelude.h"
#include "audit/probes/probes.h"
#include "crypto/certificate.h"
#include "merkle/note.h"
#include "net/tls_client.h"

namespace art32::audit {
namespace {

constexpr std::string_view list_path = "/.well-known/pins.json";
constexpr std::string_view note_path = "/.well-known/pins.json.note";

struct Published {
  std::string json;
  std::string note;
  std::vector<PublishedPin> list;
};

base::Result<Published> fetch(const ProbeContext& context) {
  Published published;
  ART32_ASSIGN(published.json, get_body(context, list_path));
  ART32_ASSIGN(published.note, get_body(context, note_path));
  ART32_ASSIGN(published.list, parse_pin_list(published.json));
  return published;
}

std::string attacker_pin() {
  // A key that was just made has a pin.
  return crypto::key_pin(crypto::make_private_key_pem().text()).value();
}

// The published list with the attacker's pin in place of the first one.
std::string with_attacker(const Published& published) {
  std::string json = published.json;
  const std::string first = published.list.empty() ? std::string() : published.list.front().pin;
  const std::size_t place = first.empty() ? std::string::npos : json.find(first);
  return place == std::string::npos ? json + " " : json.replace(place, first.size(), attacker_pin());
}

void attack_signature(const Target& target, const Published& published, Observations& observations) {
  const auto genuine = check_pin_note(published.json, published.note, target.ledger_verifier_key);
  observations.attack(std::string(list_path),
                      {"Eine Liste, die der Schlüssel des Ledgers nicht unterschrieben hat",
                       "A list that the ledger's key hasn't signed"},
                      worked_if(!genuine),
                      genuine ? "the note's signature verifies" : genuine.error().message());
  const std::string forged = with_attacker(published);
  const auto carried_over = check_pin_note(forged, published.note, target.ledger_verifier_key);
  observations.attack(std::string(note_path),
                      {"Eine Liste mit dem Pin eines Angreifers unter der ausgelieferten Unterschrift",
                       "A list with an attacker's pin under the signature that is served"},
                      worked_if(carried_over.has_value()),
                      carried_over ? "accepted" : carried_over.error().message());
  const model::Text by_another{
      "Die Liste des Angreifers, unterschrieben von einem anderen Schlüssel gleichen Namens",
      "The attacker's list, signed by another key of the same name"};
  const auto verifier = merkle::parse_verifier_key(target.ledger_verifier_key);
  if (!verifier) {
    observations.attack(std::string(note_path), by_another, Outcome::undecided, verifier.error().message());
    return;
  }
  const std::string note = sign_pin_list(forged, verifier->name, crypto::Ed25519PrivateKey::generate());
  const auto impersonated = check_pin_note(forged, note, target.ledger_verifier_key);
  observations.attack(std::string(note_path), by_another, worked_if(impersonated.has_value()),
                      impersonated ? "accepted" : impersonated.error().message());
}

// The probe can tell: lists made bad are called bad by the very checks it uses.
void prove_bad_lists_are_noticed(const std::string& served, Observations& observations) {
  const auto control = [&](model::Text tried, bool is_expected, std::string trouble) {
    observations.control("made-up lists", std::move(tried), worked_if(is_expected),
                         trouble.empty() ? "nothing wrong" : std::move(trouble));
  };
  const std::string other = attacker_pin();
  const std::vector<PublishedPin> good{{served, "current"}, {other, "backup"}};
  control({"Eine Liste mit dem ausgelieferten Schlüssel und einem Ersatz ist in Ordnung",
           "A list with the served key and a backup is fine"},
          trouble_with_roles(good).empty() && trouble_with_served_key(good, served).empty(),
          trouble_with_roles(good) + trouble_with_served_key(good, served));
  const auto missing = trouble_with_served_key({{other, "current"}}, served);
  control(
      {"Eine Liste ohne den ausgelieferten Schlüssel fällt auf", "A list without the served key is noticed"},
      !missing.empty(), missing);
  const auto alone = trouble_with_roles({{served, "current"}});
  control({"Eine Liste ohne Ersatzschlüssel fällt auf", "A list without a backup key is noticed"},
          !alone.empty(), alone);
  const auto both = trouble_with_roles({{served, "current"}, {served, "backup"}});
  control({"Eine Liste, deren Ersatz der aktuelle Schlüssel ist, fällt auf",
           "A list whose backup is the current key is noticed"},
          !both.empty(), both);
}

void attack_listener(const ProbeContext& context, const model::Listener& listener, const Published& published,
                     Observations& observations) {
  const model::Text control{"Das ausgelieferte Zertifikat ist lesbar", "The served certificate can be read"};
  const auto attempt = net::attempt_tls(endpoint_of(listener), net::TlsVersion::tls_1_3, context.left(),
                                        prelude_of(listener.protocol));
  const auto served = crypto::certificate_pin(attempt.certificate_pem);
  if (attempt.outcome != net::TlsAttempt::Outcome::accepted || !served) {
    observations.control(listener.name, control, Outcome::undecided,
                         served ? attempt.detail : served.error().message());
    return;
  }
  observations.control(listener.name, control, Outcome::worked, "its pin is " + *served);
  prove_bad_lists_are_noticed(*served, observations);
  const std::string trouble = trouble_with_served_key(published.list, *served);
  observations.attack(listener.name,
                      {"Ein Schlüssel wird ausgeliefert, den die Liste nicht als aktuell nennt, oder der "
                       "zugleich als Ersatz dient",
                       "A key is served that the list doesn't name as current, or that is its own backup"},
                      worked_if(!trouble.empty()),
                      trouble.empty() ? *served + " is published as current" : trouble);
}

void attack_list(const Published& published, Observations& observations) {
  const std::string trouble = trouble_with_roles(published.list);
  observations.attack(std::string(list_path),
                      {"Eine Liste ohne Ersatzschlüssel, oder mit dem aktuellen als Ersatz",
                       "A list without a backup key, or with the current one as backup"},
                      worked_if(!trouble.empty()),
                      trouble.empty() ? "current and backup are different keys" : trouble);
}

}  // namespace

std::vector<model::Observation> probe_tls_pins(const ProbeContext& context) {
  Observations observations;
  const model::Text control{"Liste und Unterschrift sind abrufbar und lesbar",
                            "List and signature are served and readable"};
  const auto published = fetch(context);
  if (!published) {
    observations.control(std::string(list_path), control, Outcome::refused, published.error().message());
    return observations.take();
  }
  observations.control(std::string(list_path), control, Outcome::worked,
                       fmt::format("{} pins", published->list.size()));
  attack_signature(context.target, *published, observations);
  attack_list(*published, observations);
  for (const model::Listener& listener : context.target.listeners)
    attack_listener(context, listener, *published, observations);
  if (context.target.listeners.empty())
    observations.control("listeners", control, Outcome::undecided, "the target listens nowhere");
  return observations.take();
}

}  // namespace art32::audit
