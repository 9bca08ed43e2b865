#include "app/database_posture.h"

#include <algorithm>

#include "app/database_server.h"
#include "base/limits.h"
#include "net/client_session.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

bool is_among(const std::vector<std::string>& roles, const std::string& role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

// Any role that may connect can look. One of the application's comes first: of several servers, each
// knows its own.
const gateway::Principal* find_log_in(const gateway::Settings& settings,
                                      const std::vector<std::string>& roles) {
  const gateway::Principal* found = nullptr;
  for (const auto& [name, principal] : settings.principals) {
    if (principal.server_password.size() == 0) continue;
    if (principal.kind == gateway::PrincipalKind::app && is_among(roles, principal.server_role))
      return &principal;
    if (principal.kind == gateway::PrincipalKind::probe && found == nullptr) found = &principal;
  }
  return found;
}

std::vector<std::string> application_roles(const gateway::Settings& settings) {
  std::vector<std::string> roles;
  for (const auto& [name, principal] : settings.principals)
    if (principal.kind == gateway::PrincipalKind::app && !is_among(roles, principal.server_role))
      roles.push_back(principal.server_role);
  return roles;
}

PostureSubject subject_of(const Folder& folder, const GatewayDatabase& from,
                          const gateway::Database& database, const gateway::Settings& settings) {
  PostureSubject subject;
  subject.database = database;
  subject.is_enforced = from.posture.enforce;
  subject.server = database_server(folder, from, "art32-posture");
  subject.options.schemas = from.posture.schemas;
  subject.options.team_column = from.team_column;
  subject.options.left_out = from.posture.left_out;
  if (from.trail) subject.options.trail_publication = from.trail->publication;
  subject.options.application_roles =
      from.posture.roles.empty() ? application_roles(settings) : from.posture.roles;
  if (const gateway::Principal* log_in = find_log_in(settings, subject.options.application_roles)) {
    subject.role = log_in->server_role;
    subject.password = log_in->server_password.clone();
  }
  return subject;
}

Result<std::unique_ptr<net::PostgresClient>> connect(const PostureSubject& subject,
                                                     const std::stop_token& stop) {
  const net::PostgresAccount account{subject.role, subject.password.clone(), subject.database.server_name};
  ART32_ASSIGN(const auto servers, reachable_servers(subject.server, subject.database));
  Result<std::unique_ptr<net::PostgresClient>> client =
      failure(ErrorCode::unavailable, "the server has no address");
  for (const net::PostgresServer& server : servers) {
    client =
        net::PostgresClient::connect(server, account, net::Deadline(subject.database.limits.connect, stop));
    if (client || stop.stop_requested()) break;
  }
  return client;
}

// What a server must let us see for our silence to mean anything.
Result<bool> sees_trouble(net::SqlSession& session, tenancy::PostureOptions options) {
  ART32_ASSIGN(const auto rows, session.query("select rolname from pg_catalog.pg_roles where oid = 10", {}));
  if (rows.empty() || !rows[0][0]) return false;
  options.application_roles = {*rows[0][0]};
  options.left_out.clear();
  ART32_ASSIGN(const auto findings, check_posture(session, options));
  return std::any_of(findings.begin(), findings.end(),
                     [](const tenancy::Finding& finding) { return finding.check == "role-superuser"; });
}

}  // namespace

std::vector<PostureSubject> posture_subjects(const Folder& folder, const GatewayConfiguration& configuration,
                                             const gateway::Settings& settings) {
  std::vector<PostureSubject> subjects;
  for (const GatewayDatabase& each : configuration.databases) {
    const auto found = settings.databases.find(each.name);
    if (each.tenancy && found != settings.databases.end())
      subjects.push_back(subject_of(folder, each, found->second, settings));
  }
  return subjects;
}

Result<PostureSight> look_at(const PostureSubject& subject, const std::stop_token& stop) {
  if (subject.role.empty())
    return failure(
        ErrorCode::configuration, "there is no log-in to look at the database with",
        "give a principal of kind \"app\" a server_password_file, or a password_file that holds the "
        "password itself");
  ART32_ASSIGN(const auto client, connect(subject, stop));
  const net::Deadline deadline(base::limits::posture_wait, stop);
  net::ClientSession session(*client, deadline);
  // What we don't wait for any more, the server is to end as well.
  ART32_CHECKED(session.query(fmt::format("set statement_timeout = {}",
                                          std::chrono::milliseconds(base::limits::posture_wait).count()),
                              {}));
  PostureSight sight;
  ART32_ASSIGN(sight.findings, check_posture(session, subject.options));
  ART32_ASSIGN(sight.tables, count_team_tables(session, subject.options));
  ART32_ASSIGN(sight.sees_trouble, sees_trouble(session, subject.options));
  return sight;
}

}  // namespace art32::app
