#include "gateway/settings.h"

#include <algorithm>

namespace art32::gateway {

Principal Principal::clone() const {
  return {
      name,           kind,          verifier.clone(), server_role, server_password.clone(), may_use_console,
      may_replicate,  statement_log, is_looked_up,     certificate, certificate_name,        shows_claim,
      may_choose_team};
}

Settings Settings::clone() const {
  Settings copy;
  static_cast<PublicSettings&>(copy) = *this;
  copy.mock_secret = mock_secret.clone();
  for (const auto& [who, principal] : principals)
    copy.principals.emplace(who, principal.clone());
  return copy;
}

std::shared_ptr<const Database> find_database(const std::shared_ptr<const Settings>& settings,
                                              std::string_view name) {
  const auto found = settings->databases.find(name);
  if (found == settings->databases.end()) return nullptr;
  return {settings, &found->second};
}

std::shared_ptr<const Principal> find_principal(const std::shared_ptr<const Settings>& settings,
                                                std::string_view name) {
  const auto found = settings->principals.find(name);
  if (found == settings->principals.end()) return nullptr;
  return {settings, &found->second};
}

std::shared_ptr<const AuthQuery> with_log(const AuthQuery& auth, std::shared_ptr<StatementLog> log) {
  return std::make_shared<const AuthQuery>(
      AuthQuery{auth.role, auth.password.clone(), auth.query, auth.kind, std::move(log)});
}

std::shared_ptr<Principal> found_principal(const AuthQuery& auth, const std::string& name,
                                           std::string server_role) {
  auto found = std::make_shared<Principal>();
  found->name = name;
  found->kind = auth.kind;
  found->server_role = std::move(server_role);
  found->statement_log = auth.statement_log;
  found->is_looked_up = true;
  return found;
}

unsigned share_of(unsigned whole, unsigned number, unsigned workers) {
  return whole / workers + (number < whole % workers ? 1 : 0);
}

PoolLimits share_of(PoolLimits whole, unsigned number, unsigned workers) {
  whole.most = std::max(1U, share_of(whole.most, number, workers));
  whole.least = share_of(whole.least, number, workers);
  whole.reserve = share_of(whole.reserve, number, workers);
  return whole;
}

std::string_view name(PoolMode mode) {
  switch (mode) {
    case PoolMode::session:
      return "session";
    case PoolMode::transaction:
      return "transaction";
    case PoolMode::statement:
      return "statement";
  }
  return "";
}

std::string_view name(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::app:
      return "app";
    case PrincipalKind::staff:
      return "staff";
    case PrincipalKind::analytics:
      return "analytics";
    case PrincipalKind::probe:
      return "probe";
  }
  return "";
}

}  // namespace art32::gateway
