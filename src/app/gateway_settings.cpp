#include "app/gateway_settings.h"

#include <unistd.h>

#include <csignal>

#include "app/password_file.h"
#include "base/text.h"
#include "crypto/channel_binding.h"
#include "crypto/private_file.h"
#include "crypto/random.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Path;
using base::Result;
using base::Secret;

constexpr std::size_t key_octets = 32;
constexpr std::string_view system_authorities = "/etc/ssl/certs/ca-certificates.crt";

// What unknown users' salts are derived from, and known ones' too, so that they can't be
// told apart, today or after a restart.
Result<Secret> load_gateway_key(const Folder& folder) {
  if (!base::file_facts(folder.gateway_key()).has_value())
    ART32_CHECKED(crypto::save_private_file(folder.gateway_key(), crypto::random_secret(key_octets).view()));
  return crypto::load_private_file(folder.gateway_key());
}

bool is_verifier(const Secret& secret) {
  return secret.text().starts_with("SCRAM-SHA-256$");
}

Result<gateway::Principal> with_server_password(const Folder& folder, const GatewayPrincipal& from,
                                                gateway::Principal principal) {
  ART32_ASSIGN(principal.server_password, load_password(folder, from.server_password_file));
  if (is_verifier(principal.server_password))
    return failure(
        ErrorCode::configuration,
        fmt::format("{} holds a verifier, and nobody can sign in with that", from.server_password_file),
        "write the role's password into it, or leave server_password_file away: then the "
        "password that the client shows is used");
  return principal;
}

Result<gateway::Principal> make_principal(const Folder& folder, const GatewayPrincipal& from,
                                          const Secret& gateway_key) {
  gateway::Principal principal;
  principal.name = from.name;
  principal.kind = from.kind;
  principal.server_role = from.server_role.empty() ? from.name : from.server_role;
  principal.may_use_console = from.may_use_console;
  principal.may_replicate = from.may_replicate;
  principal.certificate = from.certificate;
  principal.certificate_name = from.certificate_name.empty() ? from.name : from.certificate_name;
  principal.shows_claim = from.shows_claim;
  principal.may_choose_team = from.may_choose_team;
  if (from.shows_claim &&
      (!from.password_file.empty() || from.certificate != gateway::ClientCertificate::none))
    return failure(ErrorCode::configuration, "who shows a claim has no other way to sign in",
                   "take out password_file and client_certificate, or shows_claim");
  if (from.shows_claim && (from.may_use_console || from.may_replicate))
    return failure(ErrorCode::configuration, "who shows a claim may use neither the console nor replication",
                   "take out console and replication, or shows_claim");
  if (from.password_file.empty()) {  // a certificate, or a claim, lets in, and no password does
    if (from.server_password_file.empty())
      return failure(ErrorCode::configuration,
                     "who signs in without a password shows none that the server could be given",
                     "name the role's server_password_file");
    principal.verifier = pgwire::mock_scram_verifier(gateway_key, from.name);
    return with_server_password(folder, from, std::move(principal));
  }
  ART32_ASSIGN(Secret secret, load_password(folder, from.password_file));
  if (is_verifier(secret)) {
    ART32_ASSIGN(principal.verifier, pgwire::parse_scram_verifier(secret.text()));
  } else {
    base::Bytes salt = pgwire::mock_scram_verifier(gateway_key, from.name).salt;
    ART32_ASSIGN(principal.verifier, pgwire::make_scram_verifier(secret.text(), std::move(salt)));
    principal.server_password = std::move(secret);
  }
  if (from.server_password_file.empty()) return principal;
  return with_server_password(folder, from, std::move(principal));
}

Result<std::shared_ptr<const net::TlsClientContext>> make_tls(const Folder& folder,
                                                              const GatewayDatabase& database) {
  ART32_ASSIGN(const std::string authorities, base::read_text_file(authority_file(folder, database)));
  std::string chain;
  Secret key;
  if (!database.certificate.empty()) {
    ART32_ASSIGN(chain, base::read_text_file(folder.resolve(database.certificate)));
    ART32_ASSIGN(key, crypto::load_private_file(folder.resolve(database.key)));
  }
  ART32_ASSIGN(auto context, net::TlsClientContext::make(authorities, chain, key.text()));
  return std::make_shared<const net::TlsClientContext>(std::move(context));
}

// Null where nobody is looked up.
Result<std::shared_ptr<const gateway::AuthQuery>> make_auth_query(
    const Folder& folder, const GatewayDatabase& from,
    const std::shared_ptr<gateway::StatementLog>& statement_log) {
  if (from.auth_role.empty()) {
    if (from.auth_query.empty() && from.auth_password_file.empty()) return nullptr;
    return failure(ErrorCode::configuration, "auth_query without auth_role",
                   "name the role that asks the server, and its auth_password_file");
  }
  auto auth = std::make_shared<gateway::AuthQuery>();
  auth->role = from.auth_role;
  auth->query = from.auth_query.empty() ? gateway::usual_auth_query : from.auth_query;
  auth->kind = from.auth_kind;
  if (from.auth_kind == gateway::PrincipalKind::probe)
    return failure(ErrorCode::configuration, "auth_kind can't be \"probe\"",
                   "name the role that probes use as a [[gateway.principal]]");
  if (from.auth_kind == gateway::PrincipalKind::staff) auth->statement_log = statement_log;
  if (auth->query.find("$1") == std::string::npos)
    return failure(ErrorCode::configuration, "auth_query doesn't ask for $1, the user's name",
                   "write it so that it gives the role $1, its verifier and its valid_until");
  if (!from.auth_password_file.empty()) {
    ART32_ASSIGN(auth->password, load_password(folder, from.auth_password_file));
    if (is_verifier(auth->password))
      return failure(
          ErrorCode::configuration,
          fmt::format("{} holds a verifier, and nobody can sign in with that", from.auth_password_file),
          "write the role's password into it");
  }
  return auth;
}

Result<gateway::Database> make_database(const Folder& folder, const GatewayDatabase& from, unsigned workers,
                                        const std::shared_ptr<const model::Entrance>& entrance,
                                        const std::shared_ptr<gateway::StatementLog>& statement_log) {
  gateway::Database database;
  database.name = from.name;
  database.server_name = from.server_database.empty() ? from.name : from.server_database;
  database.address = {from.server, from.port, from.server_name};
  database.mode = from.mode;
  if (from.tenancy) database.entrance = entrance;
  database.team_column = from.team_column;
  database.probe_leaves_out = from.probe_leaves_out;
  database.canary_teams = from.canary_teams;
  database.limits = from.limits;
  const bool is_local = database.address.is_local();
  database.security = is_local ? gateway::ServerSecurity::plain : from.security;
  if (from.certificate.empty() != from.key.empty())
    return failure(ErrorCode::configuration, "server_certificate and server_key need each other",
                   "name both, or none");
  if (from.limits.most < workers)
    return failure(ErrorCode::configuration,
                   fmt::format("pool_size = {} can't be shared by {} workers", from.limits.most, workers),
                   "raise pool_size, or lower workers");
  if (database.security == gateway::ServerSecurity::verify_full) {
    ART32_ASSIGN(database.tls, make_tls(folder, from));
  }
  ART32_ASSIGN(database.auth_query, make_auth_query(folder, from, statement_log));
  return database;
}

// At the server it is who the principal is through which it signs in, or itself with the keys
// that its log-in shows.
base::Status add_stored(gateway::Settings& settings, const identity::Principal& from,
                        const std::shared_ptr<gateway::StatementLog>& statement_log) {
  gateway::Principal principal;
  principal.name = principal.server_role = from.name;
  ART32_ASSIGN(principal.kind, stored_principal_kind(from.kind));
  principal.verifier = from.verifier.clone();
  if (!from.through.empty()) {
    const auto through = settings.principals.find(from.through);
    if (through == settings.principals.end() || through->second.server_password.size() == 0)
      return failure(
          ErrorCode::configuration,
          fmt::format(
              "principal \"{}\" signs in through \"{}\", which {}", from.name, from.through,
              through == settings.principals.end() ? "isn't configured" : "has no password for the server"),
          fmt::format("add [[gateway.principal]] \"{}\" with a password, or run: art32 principal remove {}",
                      from.through, from.name));
    principal.server_role = through->second.server_role;
    principal.server_password = through->second.server_password.clone();
  }
  if (principal.kind == gateway::PrincipalKind::staff) principal.statement_log = statement_log;
  if (!settings.principals.emplace(from.name, std::move(principal)).second)
    return failure(ErrorCode::configuration,
                   fmt::format("principal \"{}\" stands in art32.toml and among art32's own", from.name),
                   fmt::format("take it out of art32.toml, or run: art32 principal remove {}", from.name));
  return {};
}

}  // namespace

Result<std::shared_ptr<const gateway::Settings>> make_gateway_settings(
    const Folder& folder, const GatewayConfiguration& configuration,
    const std::vector<identity::Principal>& stored, std::string_view chain_pem, const Secret& key_pem,
    const GatewayParts& parts) {
  auto settings = std::make_shared<gateway::Settings>();
  settings->address = configuration.address;
  settings->port = configuration.port;
  if (!configuration.socket_folder.empty())
    settings->socket_folder = folder.resolve(configuration.socket_folder);
  settings->plain_on_loopback = configuration.plain_on_loopback;
  settings->backend = configuration.event_loop;
  settings->workers = configuration.workers;
  settings->bearers = parts.bearers;
  settings->most_clients = configuration.most_clients;
  settings->request_reload = [] { ::kill(::getpid(), SIGHUP); };  // as an operator does
  ART32_ASSIGN(settings->mock_secret, load_gateway_key(folder));
  std::string client_authorities;
  if (!configuration.client_authority.empty()) {
    ART32_ASSIGN(client_authorities, base::read_text_file(folder.resolve(configuration.client_authority)));
  }
  ART32_ASSIGN(auto tls, net::TlsServerContext::make(chain_pem, key_pem.text(),
                                                     net::TlsApplication::postgresql, client_authorities));
  settings->tls = std::make_shared<const net::TlsServerContext>(std::move(tls));
  // A certificate whose signature has no single hash can't be bound to; clients are offered
  // the rest.
  settings->tls_end_point = crypto::tls_server_end_point(base::as_bytes(chain_pem)).value_or(base::Bytes());
  for (const GatewayDatabase& each : configuration.databases) {
    auto database = make_database(folder, each, configuration.workers, parts.entrance, parts.statement_log);
    if (!database)
      return tl::unexpected<base::Error>(
          database.error().within(fmt::format("[[gateway.database]] \"{}\"", each.name)));
    if (each.tenancy && each.posture.enforce) database->gate = parts.gates.of(each.name);
    settings->databases.emplace(each.name, std::move(*database));
  }
  for (const GatewayPrincipal& each : configuration.principals) {
    auto principal = make_principal(folder, each, settings->mock_secret);
    if (!principal)
      return tl::unexpected<base::Error>(
          principal.error().within(fmt::format("[[gateway.principal]] \"{}\"", each.name)));
    if (each.certificate != gateway::ClientCertificate::none && client_authorities.empty())
      return failure(ErrorCode::configuration,
                     fmt::format("[[gateway.principal]] \"{}\" wants a client certificate, and no authority "
                                 "is named",
                                 each.name),
                     "name client_authority in [gateway]");
    if (each.kind == gateway::PrincipalKind::staff) principal->statement_log = parts.statement_log;
    settings->principals.emplace(each.name, std::move(*principal));
  }
  for (const identity::Principal& each : stored)
    ART32_CHECKED(add_stored(*settings, each, parts.statement_log));
  return settings;
}

Path authority_file(const Folder& folder, const GatewayDatabase& database) {
  return database.authority.empty() ? Path(system_authorities) : folder.resolve(database.authority);
}

Result<gateway::PrincipalKind> stored_principal_kind(std::string_view word) {
  for (const auto kind :
       {gateway::PrincipalKind::app, gateway::PrincipalKind::staff, gateway::PrincipalKind::analytics})
    if (gateway::name(kind) == word) return kind;
  return failure(ErrorCode::invalid_argument, fmt::format("there is no kind \"{}\"", word),
                 "write app, staff or analytics");
}

std::vector<Path> gateway_secret_files(const Folder& folder, const GatewayConfiguration& configuration) {
  std::vector<Path> files;
  for (const Path& key : {folder.gateway_key(), folder.claim_keys(), folder.entry_keys(), folder.trail_key()})
    if (base::file_facts(key).has_value()) files.push_back(key);
  for (const GatewayPrincipal& principal : configuration.principals)
    for (const std::string& file : {principal.password_file, principal.server_password_file})
      if (!file.empty()) files.push_back(folder.resolve(file));
  for (const GatewayDatabase& database : configuration.databases) {
    for (const std::string& file : {database.key, database.auth_password_file})
      if (!file.empty()) files.push_back(folder.resolve(file));
    if (database.trail && base::file_facts(folder.resolve(database.trail->password_file)).has_value())
      files.push_back(folder.resolve(database.trail->password_file));
  }
  return files;
}

}  // namespace art32::app
