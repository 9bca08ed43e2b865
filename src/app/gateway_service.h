// The gateway as this system runs it, and what its probes need of it: staff that exist for
// one run, the gateway's own way to a server, a look into the statement log.
//
// Public functions may be called from any thread. The ledger outlives it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "audit/gateway_target.h"
#include "gateway/gateway.h"
#include "gateway/statement_log.h"
#include "ledger/ledger.h"

namespace art32::app {

class GatewayService {
 public:
  // `conflict` when the port is taken. A gateway that runs already goes on with these settings.
  static base::Result<std::unique_ptr<GatewayService>> start(
      std::shared_ptr<const gateway::Settings> settings, ledger::Ledger& ledger,
      std::shared_ptr<gateway::StatementLog> log, gateway::Inheritance inheritance = {},
      std::unique_ptr<gateway::Gateway> running = {});
  // The gateway without its service, its staff and its log: it accepts nobody.
  std::unique_ptr<gateway::Gateway> give_up();
  gateway::Gateway& gateway() { return *gateway_; }
  void replace(std::shared_ptr<const gateway::Settings> settings);
  void stop() { gateway_->stop(); }
  std::uint16_t port() const { return gateway_->port(); }
  // A survey of all workers; nothing when they don't answer within a second. Not on their threads.
  std::optional<gateway::GatewayReport> report();

  // For probes, audit::GatewayTarget says what they mean.
  base::Result<std::vector<audit::DatabaseServer>> databases() const;
  base::Status reach(const std::string& database, std::uint16_t instead) const;
  // Staff with the server log-in of a principal of kind probe: `configuration` without one.
  base::Result<audit::StaffCanary> make_staff(audit::StatementLogState state);
  base::Result<std::vector<audit::ApplicationCanary>> make_applications();
  bool has_tenants() const;  // a database is separated
  bool has_canaries() const;
  void remove_canary(const std::string& name);
  base::Result<bool> is_logged(const std::string& text) const;
  audit::GatewayTarget target();

 private:
  GatewayService(ledger::Ledger& ledger, std::shared_ptr<gateway::StatementLog> log)
      : ledger_(ledger), log_(std::move(log)) {}
  void apply();  // under mutex_
  base::Status add_canary(gateway::Principal canary, const std::string& name, const std::string& password);
  std::shared_ptr<const gateway::Settings> settings() const;

  ledger::Ledger& ledger_;
  std::shared_ptr<gateway::StatementLog> log_;
  mutable std::mutex mutex_;
  std::shared_ptr<const gateway::Settings> settings_;  // as configured
  std::map<std::string, gateway::Principal> canaries_;
  std::unique_ptr<gateway::Gateway> gateway_;
};

}  // namespace art32::app
