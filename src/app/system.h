// One running art32: every capability, opened in order and joined (wiring.cpp).
//
// Owns everything below its folder and holds the folder's lock, so there is one
// System per folder and machine. Public functions may be called from any thread;
// audits and reloads are serialised.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "annex/versions.h"
#include "app/agreement.h"
#include "app/configuration.h"
#include "app/folder.h"
#include "audit/audit.h"
#include "identity/accounts.h"
#include "ledger/ledger.h"
#include "model/listener.h"
#include "net/https_server.h"
#include "portal/portal.h"
#include "store/database.h"

namespace art32::app {

class System {
 public:
  // Opens and checks what is kept; publishes nothing and listens nowhere yet: what
  // commands without a server read and change. `permission` when the folder is another
  // user's; `conflict` when another process has it; `corrupt` when state.db and ledger/
  // contradict each other, or state.db is lost and that wasn't accepted.
  static base::Result<std::unique_ptr<System>> open(const Folder& folder, LostState lost = LostState::refuse);
  ~System();

  // reload(), then opens the HTTPS listener.
  base::Status listen();
  // Writes run/listeners.json: the sign that this system answers, here and on its control socket.
  base::Status announce();
  // Reads configuration, annex and certificates anew, and publishes the annex if it is
  // a new version; all or nothing: after an error everything goes on as before.
  base::Status reload();
  // Runs probes against this system's own listeners, from outside; they must be open.
  base::Result<audit::AuditRun> run_audit(std::string_view trigger, const std::vector<std::string>& only,
                                          const std::function<void(const audit::ProbeRun&)>& progress = {});
  // No new connections; running requests end.
  void stop_listening();

  const Folder& folder() const { return folder_; }
  Configuration configuration() const;
  std::shared_ptr<const model::Annex> annex() const;
  std::vector<model::Listener> listeners() const;
  std::string base_url() const;
  base::Instant started() const { return started_; }
  const base::Clock& clock() const { return clock_; }

  ledger::Ledger& ledger() { return *ledger_; }
  identity::Accounts& accounts() { return *accounts_; }
  annex::Versions& versions() { return *versions_; }
  audit::Audits& audits() { return *audits_; }
  portal::Portal& portal() { return *portal_; }  // there since listen()

 private:
  // What configuration, annex and key files say together; replaced as a whole. Until
  // the first reload without pins, certificate and key.
  struct Settings {
    Configuration configuration;
    std::shared_ptr<const model::Annex> annex;
    std::vector<portal::Pin> pins;
    std::string certificate_pem;
    base::Secret key_pem;
  };

  explicit System(const Folder& folder) : folder_(folder) {}
  base::Status lock_folder();
  base::Status open_ledger(const Configuration& configuration);
  base::Status open_store(LostState lost);
  base::Status open_capabilities();
  base::Result<model::Annex> newest_annex() const;
  base::Result<Settings> read_settings();
  base::Status apply(Settings settings);
  void remember_head();
  portal::Facts facts() const;
  base::Result<std::string> sign_note(std::string_view text) const;
  net::HttpsServerCounters server_counters() const;
  audit::Target target();
  std::string base_url_of(const Configuration& configuration) const;

  Folder folder_;
  base::SystemClock clock_;
  base::Instant started_ = clock_.now();
  base::File lock_;  // open: this System has the folder
  std::unique_ptr<store::Database> database_;
  std::mutex database_mutex_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<identity::Accounts> accounts_;
  std::unique_ptr<annex::Versions> versions_;
  std::unique_ptr<audit::Audits> audits_;
  mutable std::mutex settings_mutex_;
  Settings settings_;
  std::mutex reload_mutex_;
  std::unique_ptr<portal::Portal> portal_;
  std::unique_ptr<net::HttpsServer> server_;
  // The same, for /metrics: set once it listens, read by its own threads.
  std::atomic<const net::HttpsServer*> serving_{nullptr};
};

// Every migration of every room, in the order they were written.
std::vector<store::Migration> all_migrations();

}  // namespace art32::app
