// Broken transport: a go-between that accepts old versions, takes HSTS away or
// shortens it, serves a foreign key, or another list of pins.

#include <fmt/core.h>

#include <boost/json.hpp>

#include "audit/mutations/rewrite.h"
#include "audit/probes/fetch.h"
#include "audit/probes/hsts_policy.h"
#include "audit/probes/pin_list.h"
#include "audit/probes/probes.h"
#include "audit/scratch.h"
#include "crypto/signature.h"
#include "merkle/note.h"

namespace art32::audit {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view hsts_field = "Strict-Transport-Security";
constexpr std::string_view list_path = "/.well-known/pins.json";
constexpr std::string_view note_path = "/.well-known/pins.json.note";

base::Result<Target> behind(Scratch& scratch, net::CarelessProxy::Rewrite rewrite) {
  return scratch.behind_proxy(Scratch::ProxyKey::of_the_server, std::move(rewrite));
}

base::Result<Target> accept_old_versions(Scratch& scratch) {
  return behind(scratch, {});
}

base::Result<Target> take_hsts_from_errors(Scratch& scratch) {
  return behind(scratch, [](std::string_view, std::string answer) {
    return is_error(answer) ? without_field(std::move(answer), hsts_field) : answer;
  });
}

base::Result<Target> shorten_hsts(Scratch& scratch) {
  const auto promised = promised_max_age(scratch.target().annex);
  if (!promised) return base::failure(base::ErrorCode::not_found, "the annex promises no hsts_max_age");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*promised).count();
  const std::string value = fmt::format("max-age={}; includeSubDomains", seconds - 1);
  return behind(scratch, [value](std::string_view, std::string answer) {
    return with_field(std::move(answer), hsts_field, value);
  });
}

base::Result<Target> serve_a_foreign_key(Scratch& scratch) {
  return scratch.behind_proxy(Scratch::ProxyKey::foreign);
}

// Another body for each of some paths.
base::Result<Target> serve_instead(Scratch& scratch, std::map<std::string, std::string> bodies) {
  return behind(scratch, [bodies](std::string_view request, std::string answer) {
    const auto found = bodies.find(std::string(target_of(request)));
    return found == bodies.end() ? answer : answer_with(found->second);
  });
}

base::Result<std::string> fetch(const Scratch& scratch, std::string_view path) {
  const Target target = scratch.target();
  return get_body({target, std::chrono::steady_clock::now() + 5s}, path);
}

base::Result<Target> change_an_octet_of_the_list(Scratch& scratch) {
  // Inside the first pin, so that the list still reads as one.
  ART32_ASSIGN(std::string json, fetch(scratch, list_path));
  const std::size_t pin = json.find("sha256/");
  if (pin == std::string::npos) return base::failure(base::ErrorCode::corrupt, "the list holds no pin");
  char& octet = json[pin + 7];
  octet = octet == 'A' ? 'B' : 'A';
  return serve_instead(scratch, {{std::string(list_path), json}});
}

base::Result<Target> sign_by_another_key(Scratch& scratch) {
  ART32_ASSIGN(const std::string json, fetch(scratch, list_path));
  ART32_ASSIGN(const auto verifier, merkle::parse_verifier_key(scratch.target().ledger_verifier_key));
  const auto key = crypto::Ed25519PrivateKey::generate();
  return serve_instead(scratch, {{std::string(note_path), sign_pin_list(json, verifier.name, key)}});
}

// Signed by the right key: only what it says is wrong.
base::Result<Target> publish_no_backup(Scratch& scratch) {
  ART32_ASSIGN(const std::string json, fetch(scratch, list_path));
  ART32_ASSIGN(const auto list, parse_pin_list(json));
  boost::json::array kept;
  for (const PublishedPin& pin : list)
    if (pin.role != "backup") kept.push_back(boost::json::object{{"pin", pin.pin}, {"role", pin.role}});
  const std::string shorter = boost::json::serialize(boost::json::object{{"pins", std::move(kept)}});
  ART32_ASSIGN(const auto verifier, merkle::parse_verifier_key(scratch.target().ledger_verifier_key));
  ART32_ASSIGN(const auto key, crypto::Ed25519PrivateKey::load(scratch.key("ledger.pem")));
  return serve_instead(scratch, {{std::string(list_path), shorter},
                                 {std::string(note_path), sign_pin_list(shorter, verifier.name, key)}});
}

}  // namespace

std::vector<Mutation> mutations_of_tls_versions() {
  return {{{"Vor die Testinstanz tritt ein Proxy, der auch ältere Versionen annimmt.",
            "A proxy that also accepts older versions steps in front of the scratch instance."},
           accept_old_versions}};
}

std::vector<Mutation> mutations_of_tls_hsts() {
  return {{{"Ein Proxy entfernt die Kopfzeile aus allen Fehlerseiten, und nur aus ihnen.",
            "A proxy takes the header field out of all error pages, and only out of them."},
           take_hsts_from_errors},
          {{"Ein Proxy verkürzt die Dauer in jeder Antwort um eine Sekunde.",
            "A proxy shortens the duration in every answer by one second."},
           shorten_hsts}};
}

std::vector<Mutation> mutations_of_tls_pins() {
  return {{{"Ein Proxy liefert ein gültiges Zertifikat mit einem fremden Schlüssel aus.",
            "A proxy serves a valid certificate with a foreign key."},
           serve_a_foreign_key},
          {{"Ein Proxy verändert ein Zeichen eines Pins in der Liste.",
            "A proxy changes one character of a pin in the list."},
           change_an_octet_of_the_list},
          {{"Ein Proxy ersetzt die Unterschrift durch die eines anderen Schlüssels.",
            "A proxy replaces the signature by that of another key."},
           sign_by_another_key},
          {{"Ein Proxy liefert eine gültig unterschriebene Liste ohne Ersatzschlüssel aus.",
            "A proxy serves a validly signed list without a backup key."},
           publish_no_backup}};
}

}  // namespace art32::audit
