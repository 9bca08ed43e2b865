// One running art32: every capability, opened in order and joined (wiring.cpp).
//
// Owns everything below its folder and holds the folder's lock, so there is one
// System per folder and machine. Public functions may be called from any thread;
// audits and reloads are serialised.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "annex/versions.h"
#include "app/agreement.h"
#include "app/configuration.h"
#include "app/folder.h"
#include "app/gateway_service.h"
#include "app/identity_service.h"
#include "app/posture_watch.h"
#include "app/trail_looks.h"
#include "app/trail_service.h"
#include "app/witness_client.h"
#include "audit/audit.h"
#include "identity/accounts.h"
#include "identity/principals.h"
#include "ledger/ledger.h"
#include "model/listener.h"
#include "net/https_server.h"
#include "portal/portal.h"
#include "store/database.h"

namespace art32::app {

// What configuration, annex and key files say together; replaced as a whole. Until
// the first reload without pins, certificate and key.
struct SystemSettings {
  Configuration configuration;
  std::shared_ptr<const model::Annex> annex;
  std::vector<portal::Pin> pins;
  std::string certificate_pem;
  base::Secret key_pem;
  std::shared_ptr<const gateway::Settings> gateway;        // none: no gateway is wanted
  TrailSubjects trails;                                    // of databases whose changes are recorded
  std::vector<WitnessContact> witnesses;                   // of the ledger
  std::optional<identity::ScannerKeys> scanner_keys;       // of who reports tokens
  std::shared_ptr<const model::ClaimSigner> claim_signer;  // none without [identity]
  std::shared_ptr<const model::Entrance> trail_entrance;   // none where no database is separated
};

// What a process that goes on in another one leaves to it, or to itself where that one failed:
// the last two.
struct Legacy {
  net::Descriptor portal;                     // listens; not open: a new one is made
  gateway::Inheritance gateway;               // the same
  IdentitySockets identity;                   // the same
  std::unique_ptr<gateway::Gateway> running;  // with its clients
  std::unique_ptr<SystemSettings> settings;   // that held; none: they are read
};

inline constexpr std::chrono::milliseconds short_patience{2'000};  // with who has the folder

class System {
 public:
  // Opens and checks what is kept; publishes nothing and listens nowhere yet: what
  // commands without a server read and change. `permission` when the folder is another
  // user's; `conflict` when another process has it; `corrupt` when state.db and ledger/
  // contradict each other, or state.db is lost and that wasn't accepted.
  // With settings that held until now, it begins with those. A command may have the folder for a
  // moment: it is waited for.
  static base::Result<std::unique_ptr<System>> open(const Folder& folder, LostState lost = LostState::refuse,
                                                    const SystemSettings* held = nullptr,
                                                    std::chrono::milliseconds patience = short_patience);
  ~System();

  // Whether a system of this folder would start, as far as configuration, annex, certificates
  // and passwords say; takes no lock, touches neither state nor ledger.
  static base::Status check_settings(const Folder& folder);
  // reload(), then opens the HTTPS listener and, where one is configured, the gateway.
  base::Status listen(Legacy legacy = {});
  // Copies of the listening sockets.
  base::Result<Legacy> bequeath() const;
  // Ends the portal with the requests that run, and what at the gateway needs the ledger; the
  // system can only be destroyed then. The gateway goes on with the clients that it has.
  void give_up(Legacy& legacy);
  // Writes run/listeners.json: the sign that this system answers, here and on its control socket.
  base::Status announce();
  // Reads configuration, annex and certificates anew, and publishes the annex if it is
  // a new version; all or nothing: after an error everything goes on as before.
  base::Status reload();
  // Lets in, and ends, at the gateway who was added to and removed from principals().
  base::Status take_up_principals();
  // Runs probes against this system's own listeners, from outside; they must be open.
  base::Result<audit::AuditRun> run_audit(std::string_view trigger, const std::vector<std::string>& only,
                                          const std::function<void(const audit::ProbeRun&)>& progress = {});
  // What is to be done every second or so while it serves.
  void tend() { identity_->tend(clock_.now()); }
  // No new connections; running requests end, and so do the gateway's sessions.
  void stop_listening();

  const Folder& folder() const { return folder_; }
  Configuration configuration() const;
  std::shared_ptr<const model::Annex> annex() const;
  std::vector<model::Listener> listeners() const;
  std::string base_url() const;
  std::string operators_url() const;  // empty where their pages stand nowhere
  base::Instant started() const { return started_; }
  const base::Clock& clock() const { return clock_; }

  ledger::Ledger& ledger() { return *ledger_; }
  identity::Accounts& accounts() { return *accounts_; }
  identity::Principals& principals() { return *principals_; }
  identity::Customers& customers() { return identity_->customers(); }
  annex::Versions& versions() { return *versions_; }
  audit::Audits& audits() { return *audits_; }
  PostureWatch& postures() { return *postures_; }  // of separated databases; none before listen()
  TrailService& trails() { return *trails_; }      // none before listen()
  // Who cosigned what is served of the ledger; nothing where no witness is asked.
  std::optional<ledger::CosigningReport> witnesses() const;
  GatewayService* gateway() { return gateway_.get(); }  // null where none is configured
  portal::Portal& portal() { return *portal_; }         // there since listen()

  // For the command that asks for it: the process that takes over. Set before commands come.
  void take_upgrades(std::function<base::Result<int>()> ask) { upgrade_ = std::move(ask); }
  base::Result<int> upgrade() const;

 private:
  using Settings = SystemSettings;

  explicit System(const Folder& folder) : folder_(folder) {}
  base::Status lock_folder(std::chrono::milliseconds patience);
  base::Status open_ledger(const Configuration& configuration);
  base::Status open_store(LostState lost);
  base::Status open_capabilities();
  base::Result<model::Annex> newest_annex() const;
  base::Result<Settings> read_settings();
  base::Result<std::shared_ptr<const gateway::Settings>> make_gateway(const Settings& settings);
  base::Status apply(Settings settings);
  base::Status restore(Settings settings);
  base::Status start_portal(net::Descriptor socket);
  base::Status start_gateway(Legacy legacy);
  base::Status start_identity(IdentitySockets sockets);
  base::Status start_operators();
  void watch_postures();
  void keep_trails();
  void ask_witnesses();
  void stop_asking_witnesses();
  void wait_for_served(const std::string& remembered) const;
  void remember_head();
  portal::Facts facts() const;
  base::Result<std::string> sign_note(std::string_view text) const;
  net::HttpsServerCounters server_counters() const;
  std::optional<gateway::GatewayReport> gateway_report() const;
  audit::Target target();
  void look_into_trails(audit::GatewayTarget& target);
  std::string base_url_of(const Configuration& configuration) const;

  Folder folder_;
  base::SystemClock clock_;
  base::Instant started_ = clock_.now();
  base::File lock_;  // open: this System has the folder
  std::unique_ptr<store::Database> database_;
  std::mutex database_mutex_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<identity::Accounts> accounts_;
  std::unique_ptr<identity::Principals> principals_;  // at the gateway, beside the configured ones
  std::unique_ptr<IdentityService> identity_;
  std::unique_ptr<annex::Versions> versions_;
  std::unique_ptr<audit::Audits> audits_;
  std::shared_ptr<gateway::StatementLog> statement_log_;  // of staff at the gateway
  gateway::LoginGates gates_;                             // of databases whose posture is enforced
  std::unique_ptr<PostureWatch> postures_;
  std::unique_ptr<TrailService> trails_;
  mutable std::mutex cosigning_mutex_;            // guards the next
  std::unique_ptr<ledger::Cosigning> cosigning_;  // none where no witness is asked
  std::unique_ptr<TrailLooks> trail_looks_;
  mutable std::mutex settings_mutex_;
  Settings settings_;
  std::mutex reload_mutex_;
  std::function<base::Result<int>()> upgrade_;  // none where nothing is served
  std::unique_ptr<portal::Portal> portal_;
  net::Descriptor portal_socket_;  // listens, a copy of the server's
  std::unique_ptr<net::HttpsServer> server_;
  std::unique_ptr<net::HttpsServer> operators_;  // none where none is configured
  // The same, for /metrics: set once it listens, read by its own threads.
  std::atomic<const net::HttpsServer*> serving_{nullptr};
  std::unique_ptr<GatewayService> gateway_;         // none where none is configured
  std::atomic<GatewayService*> surveyed_{nullptr};  // the same, as serving_
};

// Every migration of every room, in the order they were written.
std::vector<store::Migration> all_migrations();

}  // namespace art32::app
