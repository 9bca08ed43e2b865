// database.encryption: the database's server takes nobody without TLS, and the gateway
// talks to nobody who isn't that server.

#include <fmt/core.h>

#include "audit/observe.h"
#include "audit/probes/postgres_prelude.h"
#include "audit/probes/probes.h"
#include "crypto/certificate.h"
#include "net/postgres_impostor.h"

namespace art32::audit {
namespace {

constexpr std::size_t answer_octets = 1'024;

net::Endpoint endpoint_of(const DatabaseServer& server) {
  return {server.address, server.port, server.server_name};
}

void try_the_right_way(const ProbeContext& context, const DatabaseServer& server,
                       Observations& observations) {
  const auto attempt = net::attempt_tls(endpoint_of(server), net::TlsVersion::tls_1_3, context.left(),
                                        prelude_of(model::Protocol::postgresql));
  const bool accepted = attempt.outcome == net::TlsAttempt::Outcome::accepted;
  observations.control(server.name, {"Der Datenbankserver nimmt TLS an", "The database server accepts TLS"},
                       accepted ? Outcome::worked : Outcome::undecided, attempt.detail);
  const base::Status reached = context.target.gateway->reach(server.name, 0);
  observations.control(
      server.name,
      {"Das Gateway verbindet sich mit dem richtigen Server", "The gateway connects to the right server"},
      reached ? Outcome::worked : Outcome::undecided,
      reached ? "connected, certificate and name agree" : reached.error().message());
}

void try_in_clear(const ProbeContext& context, const DatabaseServer& server, Observations& observations) {
  const model::Text tried{"Anmeldung am Datenbankserver ohne TLS",
                          "Log-in at the database server without TLS"};
  const auto answer = net::attempt_clear(endpoint_of(server), startup_in_clear(server.role, server.database),
                                         answer_octets, context.left());
  if (!answer) return observations.attack(server.name, tried, Outcome::undecided, answer.error().what);
  switch (read_clear_answer(*answer)) {
    case ClearAnswer::let_in:
      return observations.attack(server.name, tried, Outcome::worked,
                                 "it goes on without TLS; write hostssl instead of host in pg_hba.conf");
    case ClearAnswer::turned_away:
      return observations.attack(server.name, tried, Outcome::refused, words_of_answer(*answer));
    case ClearAnswer::senseless:
      return observations.attack(server.name, tried, Outcome::undecided, words_of_answer(*answer));
  }
}

// Somebody else where the server should be.
void try_impostor(const ProbeContext& context, const DatabaseServer& server, const model::Text& tried,
                  std::optional<net::TlsServerContext> tls, Observations& observations) {
  const auto impostor = net::PostgresImpostor::start(std::move(tls));
  if (!impostor) return observations.attack(server.name, tried, Outcome::undecided, impostor.error().what);
  const base::Status reached = context.target.gateway->reach(server.name, (*impostor)->port());
  if (reached || (*impostor)->octets_told() > 0)
    return observations.attack(server.name, tried, Outcome::worked, "the gateway goes on with it");
  const bool never_came = reached.error().code == base::ErrorCode::timeout;
  observations.attack(server.name, tried, never_came ? Outcome::undecided : Outcome::refused,
                      reached.error().what);
}

base::Result<net::TlsServerContext> foreign_context(const std::string& name) {
  const base::Instant now = base::SystemClock().now();
  const crypto::CertifiedKey authority =
      crypto::make_authority("authority of an impostor", now, std::chrono::days(2));
  ART32_ASSIGN(const auto leaf, crypto::issue_certificate(authority, {name}, now, std::chrono::days(1)));
  return net::TlsServerContext::make(leaf.certificate_pem, leaf.private_key_pem.text(),
                                     net::TlsApplication::postgresql);
}

void attack(const ProbeContext& context, const DatabaseServer& server, Observations& observations) {
  if (server.is_local()) {
    observations.control(server.name,
                         {"Der Weg zum Datenbankserver ist bekannt", "The way to the server is known"},
                         Outcome::worked, server.address);
    return observations.attack(server.name, {"Mitlesen auf dem Weg", "Reading along on the way"},
                               Outcome::worked, "the connection goes over a unix socket, without TLS");
  }
  if (server.is_exempt_from_tls)
    observations.control(server.name,
                         {"Die Konfiguration nennt eine Ausnahme: diese Verbindung darf ohne TLS sein",
                          "The configuration names an exception: this connection may be without TLS"},
                         Outcome::worked, "server_security = \"plain\"");
  try_the_right_way(context, server, observations);
  try_in_clear(context, server, observations);
  try_impostor(context, server, {"Ein falscher Server, der TLS ablehnt", "An impostor that refuses TLS"},
               std::nullopt, observations);
  const model::Text tried{"Ein falscher Server mit dem Namen des richtigen und eigenem Zertifikat",
                          "An impostor with the right server's name and a certificate of its own"};
  auto tls = foreign_context(server.server_name);
  if (!tls) return observations.attack(server.name, tried, Outcome::undecided, tls.error().what);
  try_impostor(context, server, tried, std::move(*tls), observations);
}

}  // namespace

std::vector<model::Observation> probe_database_encryption(const ProbeContext& context) {
  Observations observations;
  const auto servers = context.target.gateway->databases();
  if (!servers || servers->empty()) {
    observations.control("gateway", {"Die Datenbanken sind bekannt", "The databases are known"},
                         Outcome::undecided, servers ? "none is configured" : servers.error().message());
    return observations.take();
  }
  for (const DatabaseServer& server : *servers)
    attack(context, server, observations);
  return observations.take();
}

}  // namespace art32::audit
