// What the gateway is told: databases, principals, limits. Plain values, read from
// art32.toml by app/, shared read-only by all workers; a reload makes new ones.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/secret.h"
#include "net/loop/loop_backend.h"
#include "net/tls_client_context.h"
#include "net/tls_context.h"
#include "pgwire/scram_verifier.h"

namespace art32::gateway {

enum class PoolMode { session, transaction, statement };

// What kind of caller a role is: its statements are logged (staff), or its look is
// restricted (analytics); the others differ in reports only.
enum class PrincipalKind { app, staff, analytics, probe };

struct PoolLimits {
  unsigned most = 20;    // server connections
  unsigned least = 0;    // kept open without need
  unsigned reserve = 0;  // beyond `most`, for clients that waited `reserve_wait`
  std::chrono::milliseconds reserve_wait{5'000};
  std::chrono::milliseconds wait{30'000};         // a client's for a server, then 53300
  std::chrono::milliseconds lifetime{3'600'000};  // of a server connection
  std::chrono::milliseconds idle{600'000};        // without use, beyond `least`
  std::chrono::milliseconds connect{5'000};       // to the server, until it is ready
};

enum class ServerSecurity {
  verify_full,  // TLS, the certificate checked against authority and name
  plain,        // the configuration names it as an exception; always on a unix socket
};

struct ServerAddress {
  std::string host;  // numeric, a name, or a folder with a unix socket (begins with /)
  std::uint16_t port = 5432;
  std::string name;  // what the certificate must be for; else the host
  bool is_local() const { return host.starts_with('/'); }
};

struct Database {
  std::string name;         // as clients know it
  std::string server_name;  // as the server knows it
  ServerAddress address;
  ServerSecurity security = ServerSecurity::verify_full;
  std::shared_ptr<const net::TlsClientContext> tls;  // none for plain
  PoolMode mode = PoolMode::transaction;
  PoolLimits limits;
};

struct Principal {
  std::string name;
  PrincipalKind kind = PrincipalKind::app;
  pgwire::ScramVerifier verifier;
  std::string server_role;       // as it signs in to the server; usually its name
  base::Secret server_password;  // empty: the keys that a client's log-in showed are used
  bool may_use_console = false;
};

struct Settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6432;
  base::Path socket_folder;  // of the unix socket .s.PGSQL.PORT; empty for none
  bool plain_on_loopback = false;
  net::LoopBackend backend = net::LoopBackend::automatic;
  unsigned workers = 1;
  unsigned most_clients = 10'000;
  std::chrono::milliseconds login{15'000};  // from connect to the end of the log-in
  std::shared_ptr<const net::TlsServerContext> tls;
  base::Bytes tls_end_point;  // crypto::tls_server_end_point of the certificate
  base::Secret mock_secret;   // what unknown users' verifiers are derived from
  std::map<std::string, Database, std::less<>> databases;
  std::map<std::string, Principal, std::less<>> principals;
};

std::string_view name(PoolMode mode);
std::string_view name(PrincipalKind kind);

}  // namespace art32::gateway
