// secrets.passwords: passwords are stored as bcrypt at the promised cost, and
// only the right one signs in.

#include <fmt/core.h>

#include <algorithm>

#include "audit/observe.h"
#include "audit/probes/canary_sign_in.h"
#include "audit/probes/probes.h"
#include "audit/probes/stored_secrets.h"
#include "crypto/password.h"

namespace art32::audit {
namespace {

std::optional<std::int64_t> promised_cost(const model::Annex& annex) {
  const model::Measure* measure = annex.measure("encryption.secrets");
  const model::Promise* promise = measure == nullptr ? nullptr : measure->promise("bcrypt_cost");
  const auto* cost = promise == nullptr ? nullptr : std::get_if<std::int64_t>(&promise->value);
  return cost == nullptr ? std::nullopt : std::optional(*cost);
}

void attack_stored(const std::vector<StoredSecret>& stored, std::int64_t cost, Observations& observations) {
  std::size_t bad = 0;
  std::string first;
  for (const StoredSecret& one : stored) {
    const auto actual = crypto::bcrypt_cost(one.stored);
    if (actual && *actual >= cost) continue;
    if (bad++ == 0) first = actual ? fmt::format("bcrypt of cost {}", *actual) : "not bcrypt";
  }
  observations.attack(
      "state.db",
      {fmt::format("Ein Kennwort, das nicht als bcrypt mit Kosten von mindestens {} gespeichert ist", cost),
       fmt::format("A password that isn't stored as bcrypt of cost {} or more", cost)},
      worked_if(bad > 0),
      bad == 0 ? fmt::format("all {} are as promised", stored.size())
               : fmt::format("{} of {} aren't; the first is {}", bad, stored.size(), first));
}

void attack_sign_in(const ProbeContext& context, const Canary& canary, const std::string& stored,
                    Observations& observations) {
  const auto attempt = [&](model::Text tried, const std::string& password) {
    SignIn result = sign_in(context, basic(canary.account, password));
    observations.attack("/metrics", std::move(tried), result.outcome, std::move(result.seen));
  };
  attempt({"Anmelden mit einem falschen Kennwort", "Signing in with a wrong password"}, canary_password());
  attempt(
      {"Anmelden mit dem gespeicherten Hash als Kennwort", "Signing in with the stored hash as the password"},
      stored);
  attempt({"Anmelden mit einem 73. Oktett, das bcrypt nicht liest",
           "Signing in with a 73rd octet, which bcrypt doesn't read"},
          canary.password + "x");
  attempt({"Anmelden mit NUL und Anhang, die bcrypt nicht liest",
           "Signing in with NUL and a suffix, which bcrypt doesn't read"},
          canary.password + std::string("\0x", 2));
  attempt({"Anmelden mit leerem Kennwort", "Signing in with an empty password"}, "");
}

void attack_files(const ProbeContext& context, const Canary& canary, Observations& observations) {
  const base::Path& database = context.target.state_database;
  const auto name = stands_in_database_files(database, canary.account, context.left());
  observations.control("state.db, state.db-wal",
                       {"Die Suche findet den Namen des Kontos in den Dateien",
                        "The search finds the account's name in the files"},
                       name ? worked_if(*name) : Outcome::undecided,
                       name ? "searched" : name.error().message());
  const auto secret = stands_in_database_files(database, canary.password, context.left());
  observations.attack("state.db, state.db-wal",
                      {"Das Kennwort steht im Klartext in den Dateien der Datenbank",
                       "The password stands in clear in the database's files"},
                      secret ? worked_if(*secret) : Outcome::undecided,
                      secret ? (*secret ? "found" : "not found") : secret.error().message());
}

void control_sign_in(const ProbeContext& context, const Canary& canary, model::Text tried,
                     Observations& observations) {
  SignIn result = sign_in(context, basic(canary.account, canary.password));
  observations.control("/metrics", std::move(tried), result.outcome, std::move(result.seen));
}

}  // namespace

std::vector<model::Observation> probe_passwords(const ProbeContext& context) {
  Observations observations;
  const model::Text made{"Ein Konto mit bekanntem Kennwort ist angelegt",
                         "An account with a known password is made"};
  const auto cost = promised_cost(context.target.annex);
  auto canary = context.target.make_canary();
  if (!canary || !cost) {
    if (canary) context.target.remove_canary(*canary);
    observations.control("canary", made, Outcome::undecided,
                         canary ? "the annex promises no bcrypt_cost" : canary.error().message());
    return observations.take();
  }
  const HeldCanary held(context.target, std::move(*canary));
  const auto stored = stored_passwords(context.target.state_database);
  const auto own = stored ? std::ranges::find(*stored, held->account, &StoredSecret::account)
                          : std::vector<StoredSecret>::const_iterator();
  const bool found = stored && own != stored->end();
  observations.control(
      "state.db",
      {"Das Kennwort des Kontos ist in der Datenbank auffindbar",
       "The account's password is found in the database"},
      stored ? worked_if(found) : Outcome::undecided,
      stored ? fmt::format("{} stored passwords", stored->size()) : stored.error().message());
  if (!found || held->password.size() != crypto::bcrypt_password_octets) {
    if (found) observations.control("canary", made, Outcome::undecided, "its password isn't 72 octets long");
    return observations.take();
  }
  attack_stored(*stored, *cost, observations);
  control_sign_in(context, *held,
                  {"Anmelden mit dem richtigen Kennwort", "Signing in with the right password"},
                  observations);
  attack_sign_in(context, *held, own->stored, observations);
  // Refusals prove nothing if by now everybody is refused.
  control_sign_in(context, *held,
                  {"Danach anmelden mit dem richtigen Kennwort: das Konto ist nicht gesperrt",
                   "Signing in with the right password afterwards: the account isn't locked"},
                  observations);
  attack_files(context, *held, observations);
  return observations.take();
}

}  // namespace art32::audit
