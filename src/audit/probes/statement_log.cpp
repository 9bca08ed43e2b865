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

  // Empty where it couldn't be made.
  const base::Result<StaffCanary>& made() const { return made_; }

  ClientResult sign_in(const ProbeContext& context, const std::string& database) const {
    const model::Listener* listener = gateway_of(context.target);
    if (listener == nullptr) return base::failure(base::ErrorCode::unavailable, "no gateway listens");
    return net::PostgresClient::connect(endpoint_of(*listener), context.target.authorities_pem,
                                        {made_->name, base::Secret(made_->password), database},
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

void try_to_go_unseen(const ProbeContext& context, net::PostgresClient& client, const std::string& database,
                      Observations& observations) {
  const GatewayTarget& gateway = *context.target.gateway;
  const std::string parameter = marker();
  const auto answered = client.query("select $1::text", {parameter}, context.left());
  const bool right = answered && answered->size() == 1 && answered->front().front() == parameter;
  observations.control(
      database, {"Eine Anweisung von Personal wird beantwortet", "A statement of staff is answered"},
      right ? Outcome::worked : Outcome::undecided, answered ? "answered" : answered.error().message());
  const auto logged = gateway.is_logged(parameter);
  observations.attack(database,
                      {"Eine Anweisung mit einem Parameter, der nicht im Protokoll steht",
                       "A statement with a parameter that isn't in the log"},
                      outcome_of(logged), seen_in(logged));
  const std::string failing = marker();
  (void)client.query("select 1/0 /* " + failing + " */", {}, context.left());
  const auto failing_logged = gateway.is_logged(failing);
  observations.attack(database,
                      {"Eine fehlschlagende Anweisung, die nicht im Protokoll steht",
                       "A failing statement that isn't in the log"},
                      outcome_of(failing_logged), seen_in(failing_logged));
  const auto never_said = gateway.is_logged(marker());
  observations.control(
      database,
      {"Eine nie gesendete Anweisung steht nicht im Protokoll",
       "A statement that was never sent isn't in the log"},
      never_said ? worked_if(!*never_said) : Outcome::undecided,
      never_said ? (*never_said ? "it is there" : "it isn't") : never_said.error().message());
}

// The account's log takes nothing: everything else between it and the database is as for all staff.
void try_without_a_log(const ProbeContext& context, const StaffSession& canary, const std::string& database,
                       Observations& observations) {
  const model::Text tried{"Eine Anweisung, während das Protokoll des Kontos nichts annimmt",
                          "A statement while the account's log takes nothing"};
  const ClientResult client = canary.sign_in(context, database);
  if (!client) return observations.attack(database, tried, Outcome::undecided, client.error().message());
  const auto answered = (*client)->query("select $1::text", {marker()}, context.left());
  if (!answered && answered.error().code == base::ErrorCode::timeout)
    return observations.attack(database, tried, Outcome::undecided, answered.error().message());
  observations.attack(database, tried, worked_if(answered.has_value()),
                      answered ? "it was answered" : answered.error().what);
}

}  // namespace

std::vector<model::Observation> probe_statement_log(const ProbeContext& context) {
  Observations observations;
  const model::Text signs_in{"Ein eigens angelegtes Personalkonto meldet sich an",
                             "A staff account made for the purpose signs in"};
  const StaffSession canary(*context.target.gateway, StatementLogState::working);
  const StaffSession without_log(*context.target.gateway, StatementLogState::refusing);
  for (const StaffSession* session : {&canary, &without_log})
    if (!session->made()) {
      observations.control("gateway", signs_in, Outcome::undecided, session->made().error().message());
      return observations.take();
    }
  for (const std::string& database : canary.made()->databases) {
    const ClientResult client = canary.sign_in(context, database);
    observations.control(database, signs_in, client ? Outcome::worked : Outcome::undecided,
                         client ? "signed in over TLS with SCRAM" : client.error().message());
    if (!client) continue;
    try_to_go_unseen(context, **client, database, observations);
    try_without_a_log(context, without_log, database, observations);
  }
  return observations.take();
}

}  // namespace art32::audit
