// database.statement_log: what staff say to a database is in the ledger by the time the
// answer comes, and they say nothing while the ledger takes nothing.

#include <fmt/core.h>

#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/probes.h"
#include "crypto/random.h"
#include "net/postgres_client.h"

namespace art32::audit {
namespace {

using ClientResult = base::Result<std::unique_ptr<net::PostgresClient>>;

const model::Listener* gateway_of(const Target& target) {
  for (const model::Listener& listener : target.listeners)
    if (listener.protocol == model::Protocol::postgresql) return &listener;
  return nullptr;
}

std::string marker() {
  return "canary-" + base::hex(crypto::random_bytes(12));
}

// Gone from the gateway with the object.
class StaffSession {
 public:
  StaffSession(const GatewayTarget& gateway, StatementLogState log)
      : gateway_(gateway), made_(gateway.make_staff(log)) {}
  ~StaffSession() {
    if (made_) gateway_.remove_staff(*made_);
  }
  StaffSession(const StaffSession&) = delete;
  StaffSession& operator=(const StaffSession&) = delete;

  ClientResult sign_in(const ProbeContext& context) const {
    if (!made_) return tl::unexpected<base::Error>(made_.error());
    const model::Listener* listener = gateway_of(context.target);
    if (listener == nullptr) return base::failure(base::ErrorCode::unavailable, "no gateway listens");
    return net::PostgresClient::connect(endpoint_of(*listener), context.target.authorities_pem,
                                        {made_->name, base::Secret(made_->password), made_->database},
                                        context.left());
  }

 private:
  const GatewayTarget& gateway_;
  base::Result<StaffCanary> made_;
};

Outcome outcome_of(const base::Result<bool>& logged) {
  if (!logged) return Outcome::undecided;
  return *logged ? Outcome::refused : Outcome::worked;
}

std::string seen_in(const base::Result<bool>& logged) {
  if (!logged) return logged.error().message();
  return *logged ? "it was in the log when the answer came" : "the answer came, and the log doesn't know it";
}

void try_to_go_unseen(const ProbeContext& context, net::PostgresClient& client, Observations& observations) {
  const GatewayTarget& gateway = *context.target.gateway;
  const std::string parameter = marker();
  const auto answered = client.query("select $1::text", {parameter}, context.left());
  const bool right = answered && answered->size() == 1 && answered->front().front() == parameter;
  observations.control(
      "gateway", {"Eine Anweisung von Personal wird beantwortet", "A statement of staff is answered"},
      right ? Outcome::worked : Outcome::undecided, answered ? "answered" : answered.error().message());
  const auto logged = gateway.is_logged(parameter);
  observations.attack("gateway",
                      {"Eine Anweisung mit einem Parameter, der nicht im Protokoll steht",
                       "A statement with a parameter that isn't in the log"},
                      outcome_of(logged), seen_in(logged));
  const std::string failing = marker();
  (void)client.query("select 1/0 /* " + failing + " */", {}, context.left());
  const auto failing_logged = gateway.is_logged(failing);
  observations.attack("gateway",
                      {"Eine fehlschlagende Anweisung, die nicht im Protokoll steht",
                       "A failing statement that isn't in the log"},
                      outcome_of(failing_logged), seen_in(failing_logged));
  const auto never_said = gateway.is_logged(marker());
  observations.control(
      "gateway",
      {"Eine nie gesendete Anweisung steht nicht im Protokoll",
       "A statement that was never sent isn't in the log"},
      never_said ? worked_if(!*never_said) : Outcome::undecided,
      never_said ? (*never_said ? "it is there" : "it isn't") : never_said.error().message());
}

void try_without_a_log(const ProbeContext& context, Observations& observations) {
  const model::Text tried{"Eine Anweisung, während das Protokoll nichts annimmt",
                          "A statement while the log takes nothing"};
  const StaffSession canary(*context.target.gateway, StatementLogState::refusing);
  const ClientResult client = canary.sign_in(context);
  if (!client) return observations.attack("gateway", tried, Outcome::undecided, client.error().message());
  const auto answered = (*client)->query("select $1::text", {marker()}, context.left());
  if (!answered && answered.error().code == base::ErrorCode::timeout)
    return observations.attack("gateway", tried, Outcome::undecided, answered.error().message());
  observations.attack("gateway", tried, worked_if(answered.has_value()),
                      answered ? "it was answered" : answered.error().what);
}

}  // namespace

std::vector<model::Observation> probe_statement_log(const ProbeContext& context) {
  Observations observations;
  const StaffSession canary(*context.target.gateway, StatementLogState::working);
  const ClientResult client = canary.sign_in(context);
  observations.control(
      "gateway",
      {"Ein eigens angelegtes Personalkonto meldet sich an", "A staff account made for the purpose signs in"},
      client ? Outcome::worked : Outcome::undecided,
      client ? "signed in over TLS with SCRAM" : client.error().message());
  if (!client) return observations.take();
  try_to_go_unseen(context, **client, observations);
  try_without_a_log(context, observations);
  return observations.take();
}

}  // namespace art32::audit
