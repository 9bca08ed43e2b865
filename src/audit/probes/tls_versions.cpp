// tls.versions: TLS 1.3 is spoken, nothing older is.

#include <fmt/core.h>

#include <array>

#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/postgres_prelude.h"
#include "audit/probes/probes.h"
#include "audit/probes/promised.h"
#include "crypto/certificate.h"
#include "net/https_server.h"
#include "net/tls_client.h"

namespace art32::audit {
namespace {

using net::TlsAttempt;
using net::TlsVersion;

constexpr std::array old_versions{TlsVersion::tls_1_2, TlsVersion::tls_1_1, TlsVersion::tls_1_0};

Outcome outcome_of(const TlsAttempt& attempt) {
  switch (attempt.outcome) {
    case TlsAttempt::Outcome::accepted:
      return Outcome::worked;
    case TlsAttempt::Outcome::refused:
      return Outcome::refused;
    case TlsAttempt::Outcome::unreachable:
      break;
  }
  return Outcome::undecided;
}

std::string seen_in(const TlsAttempt& attempt) {
  switch (attempt.outcome) {
    case TlsAttempt::Outcome::accepted:
      return fmt::format("accepted: {} with {}", attempt.version, attempt.cipher);
    case TlsAttempt::Outcome::refused:
      return fmt::format("refused: {}", attempt.detail);
    case TlsAttempt::Outcome::unreachable:
      break;
  }
  return fmt::format("nothing learnt: {}", attempt.detail);
}

model::Text with_version(std::string_view german, std::string_view english, TlsVersion version) {
  const std::string_view name = net::name(version);
  return {fmt::format(fmt::runtime(german), name), fmt::format(fmt::runtime(english), name)};
}

// A peer of our own on loopback that accepts every version: what a refusal by
// the real listeners is measured against.
base::Result<std::unique_ptr<net::HttpsServer>> start_careless_peer() {
  const base::Instant now = base::SystemClock().now();
  const crypto::CertifiedKey authority = crypto::make_authority("careless peer", now, std::chrono::days(3));
  ART32_ASSIGN(const auto leaf,
               crypto::issue_certificate(authority, {"localhost"}, now, std::chrono::days(1)));
  ART32_ASSIGN(auto tls,
               net::TlsServerContext::make_careless(leaf.certificate_pem, leaf.private_key_pem.text()));
  net::HttpHandler handler;
  handler.answer = [](const net::HttpRequest&) { return net::HttpResponse::text(204, ""); };
  handler.blocks = [](const net::HttpRequest&) { return net::Blocking::no; };
  handler.finish = [](net::HttpResponse&) {};
  handler.error = [](int status) { return net::HttpResponse::text(status, ""); };
  net::HttpsServerOptions options;
  options.threads = 1;
  return net::HttpsServer::start(options, std::move(tls), std::move(handler));
}

void prove_the_client_speaks_old_versions(const ProbeContext& context, Observations& observations) {
  const auto peer = start_careless_peer();
  for (const TlsVersion version : old_versions) {
    const model::Text tried = with_version("Handschlag mit {} bei einer eigenen, nachlässigen Gegenstelle",
                                           "Handshake with {} at a careless peer of our own", version);
    if (!peer) {
      observations.control("careless peer", tried, Outcome::undecided, peer.error().message());
      continue;
    }
    const auto attempt =
        net::attempt_tls({"127.0.0.1", (*peer)->port(), "localhost"}, version, context.left());
    observations.control("careless peer", tried, outcome_of(attempt), seen_in(attempt));
  }
}

}  // namespace

std::vector<model::Observation> probe_tls_versions(const ProbeContext& context) {
  Observations observations;
  control_promise(context.target, "encryption.transport", "protocol", net::name(TlsVersion::tls_1_3),
                  observations);
  prove_the_client_speaks_old_versions(context, observations);
  for (const model::Listener& listener : context.target.listeners) {
    const net::Endpoint endpoint = endpoint_of(listener);
    const net::TlsPrelude prelude = prelude_of(listener.protocol);
    const auto modern = net::attempt_tls(endpoint, TlsVersion::tls_1_3, context.left(), prelude);
    observations.control(listener.name,
                         with_version("Handschlag mit {}", "Handshake with {}", TlsVersion::tls_1_3),
                         outcome_of(modern), seen_in(modern));
    for (const TlsVersion version : old_versions) {
      const auto attempt = net::attempt_tls(endpoint, version, context.left(), prelude);
      observations.attack(listener.name,
                          with_version("Handschlag nur mit {}", "Handshake with {} only", version),
                          outcome_of(attempt), seen_in(attempt));
    }
  }
  return observations.take();
}

}  // namespace art32::audit
