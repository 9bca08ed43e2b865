// [gateway] of art32.toml: the PostgreSQL pooler, its databases and who may sign in.
// Without that table no gateway is started.
//
// Plain values, as the file has them: what they name (passwords, certificates) is read by
// gateway_settings.h. docs/guide/gateway.md explains every key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/configuration_section.h"
#include "app/posture_configuration.h"
#include "app/trail_configuration.h"
#include "gateway/settings.h"

namespace art32::app {

struct GatewayDatabase {
  std::string name;             // as clients know it
  std::string server;           // a host, or the folder of a unix socket
  std::uint16_t port = 5432;    // server_port
  std::string server_database;  // empty: the name
  std::string server_name;      // in the server's certificate; empty: the host
  std::string authority;        // server_authority: a file; empty: the system's authorities
  std::string certificate;      // server_certificate, server_key: ours, where the server wants one
  std::string key;
  gateway::ServerSecurity security = gateway::ServerSecurity::verify_full;
  gateway::PoolMode mode = gateway::PoolMode::transaction;
  bool tenancy = false;  // separated by team: clients act for the team of their claim
  std::string team_column = "team_id";
  PostureConfiguration posture;             // where it is separated
  std::optional<TrailConfiguration> trail;  // none: its changes aren't recorded
  std::vector<std::string> probe_leaves_out;
  std::vector<std::string> canary_teams;  // two, or none
  gateway::PoolLimits limits;
  // Who else may sign in is looked up at the server; without the role nobody is.
  std::string auth_role;
  std::string auth_password_file;
  std::string auth_query;  // empty: gateway::usual_auth_query
  gateway::PrincipalKind auth_kind = gateway::PrincipalKind::app;
};

struct GatewayPrincipal {
  std::string name;
  gateway::PrincipalKind kind = gateway::PrincipalKind::app;
  std::string password_file;         // a password, or its SCRAM verifier
  std::string server_role;           // empty: the name
  std::string server_password_file;  // empty: the password above
  bool may_use_console = false;
  bool may_replicate = false;
  bool shows_claim = false;  // instead of a password
  bool may_choose_team = false;
  gateway::ClientCertificate certificate = gateway::ClientCertificate::none;
  std::string certificate_name;  // empty: the name
};

struct GatewayConfiguration {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6432;
  std::string socket_folder;
  bool plain_on_loopback = false;
  net::LoopBackend event_loop = net::LoopBackend::automatic;
  unsigned workers = 1;
  unsigned most_clients = 10'000;
  std::string client_authority;                    // a file; empty: clients aren't asked for certificates
  std::chrono::milliseconds hand_over{3'600'000};  // for clients that can't go to the next process
  std::vector<GatewayDatabase> databases;
  std::vector<GatewayPrincipal> principals;
};

GatewayConfiguration read_gateway(const Node& table, int line, Report& report);

}  // namespace art32::app
