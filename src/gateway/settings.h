// What the gateway is told: databases, principals, limits. Plain values, read from
// art32.toml by app/, shared read-only by all workers; a reload makes new ones.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/secret.h"
#include "gateway/login_gate.h"
#include "gateway/password_watch.h"
#include "model/bearers.h"
#include "model/entrance.h"
#include "net/loop/loop_backend.h"
#include "net/loop/resolver.h"
#include "net/tls_client_context.h"
#include "net/tls_context.h"
#include "pgwire/scram_verifier.h"

namespace art32::gateway {

class StatementLog;

enum class PoolMode { session, transaction, statement };

// What kind of caller a role is: statements of staff are logged, probes sign in to the server
// as the one of kind probe; app and analytics differ in reports only.
enum class PrincipalKind { app, staff, analytics, probe };

// Of one database and role at the whole gateway. Each worker has a pool of its own with its
// share of `most` (at least 1), `least` and `reserve`, so that the server never sees more
// than is said here, provided that `most` isn't less than the number of workers.
struct PoolLimits {
  unsigned most = 20;    // server connections
  unsigned least = 0;    // kept open without need, once the first client has come
  unsigned reserve = 0;  // beyond `most`, for clients that waited `reserve_wait`
  std::chrono::milliseconds reserve_wait{5'000};
  std::chrono::milliseconds wait{30'000};         // a client's for a server, then 53300
  std::chrono::milliseconds lifetime{3'600'000};  // of a server connection
  std::chrono::milliseconds idle{600'000};        // without use, beyond `least`
  std::chrono::milliseconds connect{5'000};       // to the server, until it is ready
  std::chrono::milliseconds check{30'000};        // idle for so long, a server is asked whether it lives
};

enum class ServerSecurity {
  verify_full,  // TLS, the certificate checked against authority and name
  plain,        // the configuration names it as an exception; always on a unix socket
};

struct ServerAddress {
  // Numeric, a name (looked up for every connection), or a folder with a unix socket (begins
  // with /). Several, with commas between, are tried in turn: see server_login.h.
  std::string host;
  std::uint16_t port = 5432;
  std::string name;  // what the certificate must be for; else the host
  bool is_local() const { return host.starts_with('/'); }
  bool operator==(const ServerAddress&) const = default;
};

// Users whom the configuration doesn't name are looked up at the server itself.
struct AuthQuery {
  std::string role;  // that asks
  base::Secret password;
  // Gives three columns for the user $1: the role, its verifier as in pg_authid, and until
  // when it is valid (null: for ever). Who is beyond that is nobody.
  std::string query;
  PrincipalKind kind = PrincipalKind::app;      // of whom it finds
  std::shared_ptr<StatementLog> statement_log;  // and of their statements, as Principal's
};

// Roles that may log in and can't get around the separation of tenants by what they are. $1 is
// never compared to more than a name.
inline constexpr std::string_view usual_auth_query =
    "select rolname::text, rolpassword, rolvaliduntil from pg_catalog.pg_authid "
    "where rolname = $1 and rolcanlogin and not rolsuper and not rolbypassrls and not rolreplication";

struct Database {
  std::string name;         // as clients know it
  std::string server_name;  // as the server knows it
  ServerAddress address;
  ServerSecurity security = ServerSecurity::verify_full;
  std::shared_ptr<const net::TlsClientContext> tls;  // none for plain
  PoolMode mode = PoolMode::transaction;
  PoolLimits limits;
  std::shared_ptr<const AuthQuery> auth_query;  // none: only who is configured may sign in
  // Separated by team: each client acts for the team of its claim, or for nobody. None: it
  // isn't, and claims are refused.
  std::shared_ptr<const model::Entrance> entrance;
  std::string team_column = "team_id";        // of its tables
  std::vector<std::string> probe_leaves_out;  // tables that the probe of separation keeps out of
  std::vector<std::string> canary_teams;      // two that stand there for that probe; none: it founds its own
  // Shut while its separation isn't known to hold: who is of kind app or analytics doesn't sign in
  // then. None: nobody wants that.
  std::shared_ptr<const LoginGate> gate;
};

// What a client's certificate, signed by one of the gateway's client authorities, does for a
// principal whose name it bears.
enum class ClientCertificate {
  none,
  required,    // beside the password
  sufficient,  // in place of the password
};

struct Principal {
  std::string name;
  PrincipalKind kind = PrincipalKind::app;
  pgwire::ScramVerifier verifier;
  std::string server_role;       // as it signs in to the server; usually its name
  base::Secret server_password;  // empty: the keys that a client's log-in showed are used
  bool may_use_console = false;
  bool may_replicate = false;  // a replication stream has every tenant's rows
  // Where its statements are sealed before they run; none: they aren't logged.
  std::shared_ptr<StatementLog> statement_log;
  bool is_looked_up = false;  // by an AuthQuery; the configuration doesn't name it
  ClientCertificate certificate = ClientCertificate::none;
  std::string certificate_name;  // its common name
  bool shows_claim = false;      // or an API token, in place of a password, to databases that are separated
  bool may_choose_team = false;  // SET art32.team; its records say so

  Principal clone() const;
};

// All but the secrets: what copies.
struct PublicSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 6432;
  base::Path socket_folder;  // of the unix socket .s.PGSQL.PORT; empty for none
  bool plain_on_loopback = false;
  net::LoopBackend backend = net::LoopBackend::automatic;
  unsigned workers = 1;
  unsigned most_clients = 10'000;
  // Connections that haven't logged in; beyond, the oldest of them goes (login_queue.h).
  unsigned most_logins = 1'000;
  unsigned most_logins_of_address = 500;
  std::chrono::milliseconds login{15'000};  // from connect to the end of the log-in
  std::chrono::milliseconds drain{10'000};  // for transactions under way when the gateway stops
  PasswordWatch::Rules wrong_passwords;
  net::Resolver::Lookup lookup = net::Resolver::system_lookup;  // of host names
  std::shared_ptr<const net::TlsServerContext> tls;
  base::Bytes tls_end_point;  // crypto::tls_server_end_point of the certificate
  std::map<std::string, Database, std::less<>> databases;
  std::shared_ptr<model::Bearers> bearers;  // of API tokens; none: only claims are shown
  std::chrono::milliseconds bearer_check = base::limits::bearer_check;  // of a session's token
  std::function<void()> request_reload;  // for the console's RELOAD; empty: it can't
};

struct Settings : PublicSettings {
  base::Secret mock_secret;  // what unknown users' verifiers are derived from
  std::map<std::string, Principal, std::less<>> principals;

  Settings clone() const;
};

// Null where there is none. What is found keeps its settings alive.
std::shared_ptr<const Database> find_database(const std::shared_ptr<const Settings>& settings,
                                              std::string_view name);
std::shared_ptr<const Principal> find_principal(const std::shared_ptr<const Settings>& settings,
                                                std::string_view name);

// The same, its staff's statements sealed there.
std::shared_ptr<const AuthQuery> with_log(const AuthQuery& auth, std::shared_ptr<StatementLog> log);
// Who `auth` has found under that name; without a verifier.
std::shared_ptr<Principal> found_principal(const AuthQuery& auth, const std::string& name,
                                           std::string server_role);

// What worker `number` of `workers` may have of a limit of the whole gateway.
unsigned share_of(unsigned whole, unsigned number, unsigned workers);
PoolLimits share_of(PoolLimits whole, unsigned number, unsigned workers);

std::string_view name(PoolMode mode);
std::string_view name(PrincipalKind kind);

}  // namespace art32::gateway
