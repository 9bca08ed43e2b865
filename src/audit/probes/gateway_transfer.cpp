// gateway.transfer: the gateway's listener speaks TLS 1.3, nothing older, and nothing in clear.

#include <fmt/core.h>

#include <array>

#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/postgres_prelude.h"
#include "audit/probes/probes.h"
#include "audit/probes/promised.h"

namespace art32::audit {
namespace {

using net::TlsAttempt;
using net::TlsVersion;

constexpr std::size_t answer_octets = 1'024;
constexpr std::array old_versions{TlsVersion::tls_1_2, TlsVersion::tls_1_1, TlsVersion::tls_1_0};

Outcome outcome_of(const TlsAttempt& attempt) {
  if (attempt.outcome == TlsAttempt::Outcome::unreachable) return Outcome::undecided;
  return worked_if(attempt.outcome == TlsAttempt::Outcome::accepted);
}

void try_versions(const ProbeContext& context, const model::Listener& listener, Observations& observations) {
  const net::TlsPrelude prelude = prelude_of(listener.protocol);
  const auto modern = net::attempt_tls(endpoint_of(listener), TlsVersion::tls_1_3, context.left(), prelude);
  observations.control(listener.name, {"Handschlag mit TLS 1.3", "Handshake with TLS 1.3"},
                       outcome_of(modern), modern.detail);
  for (const TlsVersion version : old_versions) {
    const auto attempt = net::attempt_tls(endpoint_of(listener), version, context.left(), prelude);
    observations.attack(listener.name,
                        {fmt::format("Handschlag nur mit {}", net::name(version)),
                         fmt::format("Handshake with {} only", net::name(version))},
                        outcome_of(attempt), attempt.detail);
  }
}

void try_in_clear(const ProbeContext& context, const model::Listener& listener, Observations& observations) {
  const model::Text tried{"Anmeldung ohne TLS", "Log-in without TLS"};
  const auto answer = net::attempt_clear(endpoint_of(listener), startup_in_clear("canary", "canary"),
                                         answer_octets, context.left());
  if (!answer) return observations.attack(listener.name, tried, Outcome::undecided, answer.error().what);
  switch (read_clear_answer(*answer)) {
    case ClearAnswer::let_in:
      return observations.attack(listener.name, tried, Outcome::worked, "asked for a password in clear");
    case ClearAnswer::turned_away:
      return observations.attack(listener.name, tried, Outcome::refused, words_of_answer(*answer));
    case ClearAnswer::senseless:
      return observations.attack(listener.name, tried, Outcome::undecided, words_of_answer(*answer));
  }
}

// A man in the middle puts octets of his own in front of the client's handshake
// (CVE-2021-23214): what came in clear must not count once TLS stands.
void try_octets_before_tls(const ProbeContext& context, const model::Listener& listener,
                           Observations& observations) {
  const model::Text tried{"Oktette im Klartext hinter der Bitte um TLS",
                          "Octets in clear behind the request for TLS"};
  const std::string octets = prelude_of(listener.protocol).request + startup_in_clear("canary", "canary");
  const auto answer = net::attempt_clear(endpoint_of(listener), octets, answer_octets, context.left());
  if (!answer) return observations.attack(listener.name, tried, Outcome::undecided, answer.error().what);
  const bool goes_on = answer->size() > 1 && read_clear_answer(answer->substr(1)) == ClearAnswer::let_in;
  observations.attack(listener.name, tried, worked_if(goes_on || answer->starts_with('R')),
                      goes_on ? "they were taken for the client's" : "the connection was ended");
}

}  // namespace

std::vector<model::Observation> probe_gateway_transfer(const ProbeContext& context) {
  Observations observations;
  control_promise(context.target, "integrity.transfer", "protocol", net::name(TlsVersion::tls_1_3),
                  observations);
  for (const model::Listener& listener : context.target.listeners) {
    if (listener.protocol != model::Protocol::postgresql) continue;
    try_versions(context, listener, observations);
    try_in_clear(context, listener, observations);
    try_octets_before_tls(context, listener, observations);
  }
  return observations.take();
}

}  // namespace art32::audit
