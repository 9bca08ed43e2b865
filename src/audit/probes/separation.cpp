// database.separation: two teams that nobody has, in the real schema, through the gateway, as the
// application's own role. One of them has a row in each table; the other one tries to get at it,
// and at everybody else's. What was put in is taken out again.
#include "audit/probes/probes.h"
#include "audit/probes/separation_ground.h"

namespace art32::audit {
namespace {

void separate(const ProbeContext& context, const ApplicationCanary& canary, Observations& observations) {
  SeparationGround ground(context, canary, observations);
  if (const base::Status begun = ground.begin(); !begun) {
    ground.control({"Zwei eigens gebildete Teams arbeiten als die Anwendung",
                    "Two teams made for the purpose work as the application"},
                   Outcome::undecided, begun.error().message());
    return ground.take_rows();
  }
  ground.put_rows();
  for (const auto attack : {attack_tables, attack_views_and_functions, attack_by_claims,
                            attack_pooled_sessions, attack_by_entries})
    attack(ground);
  ground.take_rows();
}

}  // namespace

std::vector<model::Observation> probe_separation(const ProbeContext& context) {
  Observations observations;
  const GatewayTarget& gateway = *context.target.gateway;
  const auto canaries = gateway.make_applications();
  if (!canaries) {
    observations.control("gateway",
                         {"Ein eigens angelegtes Konto meldet sich als die Anwendung an",
                          "An account made for the purpose signs in as the application"},
                         Outcome::undecided, canaries.error().message());
    return observations.take();
  }
  for (const ApplicationCanary& canary : *canaries) {
    separate(context, canary, observations);
    gateway.remove_application(canary);
  }
  return observations.take();
}

}  // namespace art32::audit
