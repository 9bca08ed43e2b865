#include "app/system.h"

#include <thread>

#include "base/limits.h"
#include "crypto/private_file.h"
#include "merkle/note.h"
#include "net/listening_socket.h"

namespace art32::app {

System::~System() {
  stop_listening();
  if (audits_) remember_head();
  std::error_code ignored;
  if (lock_.is_open()) std::filesystem::remove(folder_.listeners(), ignored);
}

base::Status System::lock_folder(std::chrono::milliseconds patience) {
  ART32_CHECKED(base::make_folder(folder_.run(), 0700));
  ART32_ASSIGN(base::File file, base::File::open_write(folder_.lock(), base::Visibility::owner_only));
  const auto until = std::chrono::steady_clock::now() + patience;
  base::Status locked = file.lock();
  while (!locked && locked.error().code == base::ErrorCode::conflict &&
         std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    locked = file.lock();
  }
  if (!locked && locked.error().code == base::ErrorCode::conflict)
    return base::failure(base::ErrorCode::conflict,
                         fmt::format("another art32 is running on {}", folder_.root.string()),
                         "stop it first (`systemctl stop art32`), or use the running one");
  if (locked) lock_ = std::move(file);
  return locked;
}

Configuration System::configuration() const {
  const std::lock_guard lock(settings_mutex_);
  return settings_.configuration;
}

std::shared_ptr<const model::Annex> System::annex() const {
  const std::lock_guard lock(settings_mutex_);
  return settings_.annex;
}

std::vector<model::Listener> System::listeners() const {
  if (!server_) return {};
  const Configuration now = configuration();
  std::vector<model::Listener> all{{"portal", now.address, server_->port(), now.name}};
  if (gateway_)
    all.push_back({"gateway", now.gateway->address, gateway_->port(), now.name, model::Protocol::postgresql});
  if (identity_->port()) all.push_back({"identity", now.identity->address, *identity_->port(), now.name});
  return all;
}

std::string System::base_url_of(const Configuration& configuration) const {
  if (!configuration.base_url.empty()) return configuration.base_url;
  const unsigned port = server_ ? server_->port() : configuration.port;
  return port == 443 ? fmt::format("https://{}", configuration.name)
                     : fmt::format("https://{}:{}", configuration.name, port);
}

std::string System::base_url() const {
  return base_url_of(configuration());
}

std::string System::operators_url() const {
  return operators_ ? fmt::format("https://localhost:{}", operators_->port()) : std::string();
}

net::HttpsServerCounters System::server_counters() const {
  const net::HttpsServer* server = serving_;
  return server != nullptr ? server->counters() : net::HttpsServerCounters{};
}

std::optional<gateway::GatewayReport> System::gateway_report() const {
  GatewayService* const gateway = surveyed_;
  auto report = gateway != nullptr ? gateway->report() : std::nullopt;
  if (report) report->postures = postures_->reports();
  if (report) report->trails = trails_->reports();
  return report;
}

base::Result<int> System::upgrade() const {
  if (upgrade_) return upgrade_();
  return base::failure(base::ErrorCode::unavailable,
                       fmt::format("no server runs on {}", folder_.root.string()),
                       "start it: art32 serve --folder " + folder_.root.string());
}

base::Result<Legacy> System::bequeath() const {
  Legacy legacy;
  ART32_ASSIGN(legacy.portal, net::copy_of(portal_socket_.number()));
  if (gateway_) {
    ART32_ASSIGN(legacy.gateway, gateway_->gateway().bequeath());
  }
  ART32_ASSIGN(legacy.identity, identity_->bequeath());
  return legacy;
}

void System::give_up(Legacy& legacy) {
  postures_->stop();
  trails_->stop();
  stop_asking_witnesses();
  operators_.reset();
  if (server_) server_->stop();
  identity_->stop();
  surveyed_ = nullptr;
  if (gateway_) legacy.running = gateway_->give_up();
  gateway_.reset();
  const std::lock_guard lock(settings_mutex_);
  legacy.settings = std::make_unique<Settings>(std::exchange(settings_, {}));
}

void System::stop_listening() {
  portal_socket_.close();
  if (postures_) postures_->stop();
  if (trails_) trails_->stop();
  stop_asking_witnesses();
  if (operators_) operators_->stop();
  if (gateway_) gateway_->stop();
  if (server_) server_->stop();
  if (identity_) identity_->stop();
}

base::Result<std::string> System::sign_note(std::string_view text) const {
  ART32_ASSIGN(const crypto::Ed25519PrivateKey key, crypto::Ed25519PrivateKey::load(folder_.ledger_key()));
  return merkle::format_note(
      {std::string(text), {merkle::sign_note(text, configuration().ledger.origin, key)}});
}

// What state.db remembers must cover what was sealed by now; but a checkpoint that
// the ledger doesn't continue stays, as the proof of that.
void System::remember_head() {
  const auto remember = [this]() -> base::Status {
    ART32_ASSIGN(const std::string last, audits_->last_checkpoint_note());
    ART32_CHECKED(ledger_->flush());
    const std::string head = ledger_->checkpoint_note();
    if (head == last) return {};
    if (!last.empty()) ART32_CHECKED(check_agreement(folder_, {last, std::nullopt}, seen_by_owner(*ledger_)));
    audits_->remember_checkpoint(head);
    return {};
  };
  if (const base::Status remembered = remember(); !remembered)
    base::log_error("the ledger's head wasn't remembered", {{"error", remembered.error().message()}});
}

std::optional<ledger::CosigningReport> System::witnesses() const {
  const std::lock_guard lock(cosigning_mutex_);
  if (!cosigning_) return std::nullopt;
  return cosigning_->report();
}

void System::stop_asking_witnesses() {
  std::unique_lock lock(cosigning_mutex_);
  const std::unique_ptr<ledger::Cosigning> ending = std::move(cosigning_);
  lock.unlock();  // it may take a while to end
}

// What is served may be seconds behind what is remembered, until witnesses have cosigned it: an audit that
// follows another at once would take it for a log that shrinks.
void System::wait_for_served(const std::string& remembered) const {
  const auto size_of = [](const std::string& text) {
    const auto note = merkle::parse_note(text);
    const auto checkpoint = note ? merkle::parse_checkpoint(note->text)
                                 : base::Result<merkle::Checkpoint>(tl::unexpect, note.error());
    return checkpoint ? checkpoint->size.value : 0;
  };
  const auto until = std::chrono::steady_clock::now() + base::limits::witnessed_wait;
  while (witnesses() && size_of(ledger_->served_note()) < size_of(remembered) &&
         std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

base::Result<audit::AuditRun> System::run_audit(std::string_view trigger,
                                                const std::vector<std::string>& only,
                                                const std::function<void(const audit::ProbeRun&)>& progress) {
  wait_for_served(audits_->last_checkpoint_note().value_or(""));
  auto run = audits_->run(target(), trigger, only, progress);
  remember_head();
  portal_->refresh();
  return run;
}

}  // namespace art32::app
