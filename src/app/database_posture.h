// One look at the posture of a separated database, past the gateway, with the log-in of its
// application: what the running server does on schedule, and what probes ask for.
//
// Plain values and one function. Blocking; every wait ends with its limit, or when it is asked to
// stop (the system's lookup of a host name alone can't be interrupted).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/configuration.h"
#include "gateway/settings.h"
#include "net/postgres_client.h"
#include "tenancy/posture/posture.h"

namespace art32::app {

// What is looked at, and how to get there.
struct PostureSubject {
  gateway::Database database;
  net::PostgresServer server;  // host and address are those of the target that is tried
  std::string role;            // empty: no role's password is known
  base::Secret password;
  bool is_enforced = false;
  tenancy::PostureOptions options;
};

struct PostureSight {
  std::vector<tenancy::Finding> findings;
  std::size_t tables = 0;  // of teams, that the check has seen
  // The positive control: asked about the server's own superuser, the same check finds fault with it.
  bool sees_trouble = false;
};

// Every separated database of the configuration, as these settings of it reach it.
std::vector<PostureSubject> posture_subjects(const Folder& folder, const GatewayConfiguration& configuration,
                                             const gateway::Settings& settings);

// `configuration` where no log-in is known; else the errors of connecting, and of the statements.
base::Result<PostureSight> look_at(const PostureSubject& subject, const std::stop_token& stop);

}  // namespace art32::app
