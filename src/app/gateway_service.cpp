#include "app/gateway_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "audit/target.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "gateway/server_check.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::failure;
using base::Result;

constexpr std::chrono::seconds survey_wait{1};

// A ledger that takes nothing: what a canary's statements run into where that is tried.
class RefusingSink final : public model::EvidenceSink {
 public:
  Result<model::LeafIndex> append(model::RecordKind, base::ByteView) override { return refusal(); }
  Result<model::LeafIndex> append_batch(model::RecordKind, std::span<const base::Bytes>) override {
    return refusal();
  }

 private:
  static Result<model::LeafIndex> refusal() {
    return failure(ErrorCode::exhausted, "this log takes nothing, to see what happens then");
  }
};

std::shared_ptr<gateway::StatementLog> refusing_log() {
  static RefusingSink sink;
  return std::make_shared<gateway::StatementLog>(sink, gateway::StatementLog::Trouble::expected);
}

const gateway::Principal* probe_principal(const gateway::Settings& settings) {
  for (const auto& [name, principal] : settings.principals)
    if (principal.kind == gateway::PrincipalKind::probe && principal.server_password.size() > 0)
      return &principal;
  return nullptr;
}

}  // namespace

Result<std::unique_ptr<GatewayService>> GatewayService::start(
    std::shared_ptr<const gateway::Settings> settings, ledger::Ledger& ledger,
    std::shared_ptr<gateway::StatementLog> log, gateway::Inheritance inheritance,
    std::unique_ptr<gateway::Gateway> running) {
  std::unique_ptr<GatewayService> service(new GatewayService(ledger, std::move(log)));
  service->settings_ = settings;
  if (running) {
    service->gateway_ = std::move(running);
    service->gateway_->reload(std::move(settings));
    service->gateway_->welcome_staff();
    service->gateway_->resume_accepting();
  } else {
    ART32_ASSIGN(service->gateway_, gateway::Gateway::start(std::move(settings), std::move(inheritance)));
  }
  return service;
}

std::unique_ptr<gateway::Gateway> GatewayService::give_up() {
  const std::lock_guard lock(mutex_);
  auto without_staff = std::make_shared<gateway::Settings>(settings_->clone());
  std::erase_if(without_staff->principals,
                [](const auto& entry) { return entry.second.statement_log != nullptr; });
  for (auto& [name, database] : without_staff->databases)
    if (database.auth_query && database.auth_query->statement_log) database.auth_query.reset();
  canaries_.clear();
  gateway_->end_staff(std::move(without_staff));
  gateway_->pause_accepting();
  log_->close();
  return std::move(gateway_);
}

std::shared_ptr<const gateway::Settings> GatewayService::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void GatewayService::replace(std::shared_ptr<const gateway::Settings> settings) {
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
  apply();
}

std::optional<gateway::GatewayReport> GatewayService::report() {
  const auto promise = std::make_shared<std::promise<gateway::GatewayReport>>();
  auto future = promise->get_future();
  gateway_->survey([promise](gateway::GatewayReport report) { promise->set_value(std::move(report)); });
  if (future.wait_for(survey_wait) != std::future_status::ready) return std::nullopt;
  gateway::GatewayReport report = future.get();
  report.dropped_outcomes = log_->dropped();
  return report;
}

void GatewayService::apply() {
  if (canaries_.empty()) return gateway_->reload(settings_);
  auto joined = std::make_shared<gateway::Settings>(settings_->clone());
  for (const auto& [name, canary] : canaries_)
    joined->principals.emplace(name, canary.clone());
  gateway_->reload(std::move(joined));
}

Result<std::vector<audit::DatabaseServer>> GatewayService::databases() const {
  const auto now = settings();
  std::vector<audit::DatabaseServer> servers;
  for (const auto& [name, database] : now->databases) {
    const gateway::Principal* probe = probe_principal(*now);
    if (probe == nullptr && !now->principals.empty()) probe = &now->principals.begin()->second;
    ART32_ASSIGN(const auto targets, gateway::server_targets(database));
    for (const gateway::ServerTarget& target : targets) {
      const std::string& certified = database.address.name.empty() ? target.host : database.address.name;
      servers.push_back({name, database.address.is_local() ? target.host : target.address.host(),
                         database.address.port, certified, database.server_name,
                         probe != nullptr ? probe->server_role : "postgres",
                         database.security == gateway::ServerSecurity::plain});
    }
  }
  return servers;
}

base::Status GatewayService::reach(const std::string& database, std::uint16_t instead) const {
  const auto now = settings();
  const auto found = now->databases.find(database);
  if (found == now->databases.end())
    return failure(ErrorCode::not_found, fmt::format("there is no database \"{}\"", database));
  gateway::Database reached = found->second;
  if (instead != 0) {
    if (reached.address.name.empty()) reached.address.name = reached.address.host;
    reached.address.host = "127.0.0.1";
    reached.address.port = instead;
  }
  return gateway::reach_server(reached);
}

Result<audit::StaffCanary> GatewayService::make_staff(audit::StatementLogState state) {
  const std::lock_guard lock(mutex_);
  const gateway::Principal* probe = probe_principal(*settings_);
  if (probe == nullptr || settings_->databases.empty())
    return failure(
        ErrorCode::configuration,
        "there is no principal of kind \"probe\", through which probes could sign in",
        "make a role that may only log in, and add it as [[gateway.principal]] with kind = \"probe\" "
        "and its password_file");
  audit::StaffCanary made{audit::canary_account(), audit::canary_password(), {}};
  for (const auto& [name, database] : settings_->databases)
    made.databases.push_back(name);
  gateway::Principal canary = probe->clone();
  canary.kind = gateway::PrincipalKind::staff;
  canary.statement_log = state == audit::StatementLogState::working ? log_ : refusing_log();
  ART32_CHECKED(add_canary(std::move(canary), made.name, made.password));
  apply();
  return made;
}

// At the server it is who it was made of; here it has a password only. apply() lets it in.
base::Status GatewayService::add_canary(gateway::Principal canary, const std::string& name,
                                        const std::string& password) {
  canary.name = name;
  canary.certificate = gateway::ClientCertificate::none;
  canary.shows_claim = canary.may_use_console = canary.may_replicate = false;
  base::Bytes salt = pgwire::mock_scram_verifier(settings_->mock_secret, name).salt;
  ART32_ASSIGN(canary.verifier, pgwire::make_scram_verifier(password, std::move(salt)));
  canaries_.emplace(name, std::move(canary));
  return {};
}

bool GatewayService::has_tenants() const {
  const auto now = settings();
  return std::any_of(now->databases.begin(), now->databases.end(),
                     [](const auto& entry) { return entry.second.entrance != nullptr; });
}

bool GatewayService::has_canaries() const {
  const std::lock_guard lock(mutex_);
  return !canaries_.empty();
}

Result<std::vector<audit::ApplicationCanary>> GatewayService::make_applications() {
  const std::lock_guard lock(mutex_);
  std::vector<audit::ApplicationCanary> made;
  for (const auto& [name, database] : settings_->databases) {
    if (database.entrance == nullptr) continue;
    for (const auto& [who, principal] : settings_->principals) {
      if (principal.kind != gateway::PrincipalKind::app || principal.server_password.size() == 0) continue;
      const crypto::Digest seed = crypto::hmac_sha256(base::as_bytes(settings_->mock_secret.text()),
                                                      base::as_bytes("canaries of " + name));
      made.push_back({audit::canary_account(), audit::canary_password(), name, database.team_column,
                      database.probe_leaves_out, base::hex(seed), database.canary_teams, who});
      gateway::Principal canary = principal.clone();
      canary.kind = gateway::PrincipalKind::probe;  // let in where applications wait outside
      ART32_CHECKED(add_canary(std::move(canary), made.back().name, made.back().password));
    }
  }
  if (made.empty())
    return failure(ErrorCode::configuration,
                   "there is no principal of kind \"app\" whose password for the server art32 knows",
                   "give the application's principal a server_password_file, or a password_file that holds "
                   "the password itself");
  apply();
  return made;
}

void GatewayService::remove_canary(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (canaries_.erase(name) > 0) apply();
}

// The newest records only: what a probe looks for, it has just caused.
Result<bool> GatewayService::is_logged(const std::string& text) const {
  const std::uint64_t size = ledger_.health().size;
  const std::uint64_t first = size - std::min<std::uint64_t>(size, base::limits::gateway_log_records);
  for (std::uint64_t index = size; index > first; --index) {
    const auto entry = ledger_.disclose(model::LeafIndex(index - 1));
    if (!entry) {
      if (entry.error().code == ErrorCode::not_found) continue;  // erased
      return tl::unexpected<base::Error>(entry.error());
    }
    if (entry->kind == model::statement_record.name &&
        base::as_text(entry->record).find(text) != std::string_view::npos)
      return true;
  }
  return false;
}

audit::GatewayTarget GatewayService::target() {
  audit::GatewayTarget target;
  target.databases = [this] { return databases(); };
  target.reach = [this](const std::string& database, std::uint16_t instead) {
    return reach(database, instead);
  };
  target.make_staff = [this](audit::StatementLogState state) { return make_staff(state); };
  target.remove_staff = [this](const audit::StaffCanary& canary) { remove_canary(canary.name); };
  if (has_tenants()) target.make_applications = [this] { return make_applications(); };
  target.remove_application = [this](const audit::ApplicationCanary& canary) { remove_canary(canary.name); };
  target.is_logged = [this](const std::string& text) { return is_logged(text); };
  return target;
}

}  // namespace art32::app
