// How the capabilities are joined. Read top to bottom, this is the system.
#include "annex/render.h"
#include "app/canaries.h"
#include "app/certificate_check.h"
#include "app/controls.h"
#include "app/entrance.h"
#include "app/gateway_settings.h"
#include "app/json.h"
#include "app/owner_check.h"
#include "app/published_pins.h"
#include "app/system.h"
#include "app/trail_commands.h"
#include "audit/run_store.h"
#include "crypto/certificate.h"
#include "crypto/private_file.h"
#include "net/listening_socket.h"

namespace art32::app {
namespace {

constexpr std::string_view lost_state_record =
    R"({"event":"lost-state-accepted","format":"art32-server/v1"})";

// Of the trail's records, as the annex promises it.
std::chrono::milliseconds promised_retention(const model::Annex& annex) {
  return std::get<std::chrono::milliseconds>(annex.promise("integrity.input", "retention").value);
}

// bcrypt's cost, as the annex promises it.
int promised_bcrypt_cost(const model::Annex& annex) {
  return static_cast<int>(std::get<std::int64_t>(annex.promise("encryption.secrets", "bcrypt_cost").value));
}

bool is_elsewhere(const std::optional<OperatorsConfiguration>& before,
                  const std::optional<OperatorsConfiguration>& after) {
  if (!before || !after) return before.has_value() != after.has_value();
  return before->address != after->address || before->port != after->port;
}

// All but the life of tokens.
bool is_elsewhere(const std::optional<IdentityConfiguration>& before,
                  const std::optional<IdentityConfiguration>& after) {
  if (!before || !after) return before.has_value() != after.has_value();
  const auto fixed = [](const IdentityConfiguration& each) {
    return std::tie(each.socket, each.address, each.port, each.threads, each.token_prefix);
  };
  return fixed(*before) != fixed(*after);
}

// Listeners and the ledger are opened once: a reload that couldn't change them must not say it did.
base::Status refuse_what_needs_a_restart(const Configuration& before, const Configuration& after) {
  if (before.ledger.origin != after.ledger.origin)
    return base::failure(base::ErrorCode::configuration, "ledger.origin is the log's name and never changes",
                         "put the old one back");
  const GatewayConfiguration no_gateway;
  const GatewayConfiguration& gateway_before = before.gateway ? *before.gateway : no_gateway;
  const GatewayConfiguration& gateway_after = after.gateway ? *after.gateway : no_gateway;
  const std::pair<std::string_view, bool> fixed[] = {
      {"whether there is a [gateway]", before.gateway.has_value() != after.gateway.has_value()},
      {"gateway.address", gateway_before.address != gateway_after.address},
      {"gateway.port", gateway_before.port != gateway_after.port},
      {"gateway.socket_folder", gateway_before.socket_folder != gateway_after.socket_folder},
      {"gateway.workers", gateway_before.workers != gateway_after.workers},
      {"gateway.event_loop", gateway_before.event_loop != gateway_after.event_loop},
      {"[operators]", is_elsewhere(before.operators, after.operators)},
      {"[identity]", is_elsewhere(before.identity, after.identity)},
      {"server.address", before.address != after.address},
      {"server.port", before.port != after.port},
      {"server.threads", before.threads != after.threads}};
  for (const auto& [key, changed] : fixed)
    if (changed)
      return base::failure(base::ErrorCode::configuration,
                           fmt::format("{} can't change while the server runs", key),
                           "restart the server, or put the old value back");
  return {};
}

std::vector<store::Migration> join(std::initializer_list<std::vector<store::Migration>> parts) {
  std::vector<store::Migration> all;
  for (const auto& part : parts)
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::vector<store::Migration> all_migrations() {
  return join({pin_migrations(), identity::Accounts::migrations(), identity::Principals::migrations(),
               identity::Customers::migrations(), annex::Versions::migrations(),
               audit::Audits::migrations()});
}

base::Result<std::unique_ptr<System>> System::open(const Folder& folder, LostState lost,
                                                   const SystemSettings* held,
                                                   std::chrono::milliseconds patience) {
  std::unique_ptr<System> system(new System(folder));
  ART32_CHECKED(check_owner(folder));
  if (held != nullptr) {
    system->settings_.configuration = held->configuration;
  } else {
    ART32_ASSIGN(system->settings_.configuration, load_configuration(folder));
  }
  ART32_CHECKED(system->lock_folder(patience));
  ART32_CHECKED(system->open_ledger(system->settings_.configuration));
  ART32_CHECKED(system->open_store(lost));
  ART32_CHECKED(system->open_capabilities());
  return system;
}

// First of all: every other capability seals its changes in it.
base::Status System::open_ledger(const Configuration& configuration) {
  const ledger::Options options{folder_.ledger(), configuration.ledger.origin, folder_.ledger_key(),
                                folder_.record_key()};
  ART32_ASSIGN(ledger_, ledger::Ledger::open(options, clock_));
  return {};
}

base::Status System::open_store(LostState lost) {
  if (base::file_facts(folder_.state()).has_value())
    ART32_CHECKED(crypto::check_private_file(folder_.state()));
  ART32_ASSIGN(const LedgerTraces traces, read_ledger_traces(folder_));
  ART32_CHECKED(check_agreement(folder_, traces, seen_by_owner(*ledger_), lost));
  if (lost == LostState::accept)
    ART32_CHECKED(ledger_->append(model::server_record, base::as_bytes(lost_state_record))
                      .map([](const model::LeafIndex&) {}));
  ART32_ASSIGN(store::Database database, store::Database::open(folder_.state()));
  ART32_CHECKED(database.migrate(all_migrations()));
  ART32_CHECKED(database.check_integrity());
  database_ = std::make_unique<store::Database>(std::move(database));
  // Before anything is sealed, so that a state.db without a checkpoint is known to be a lost one.
  if (traces.checkpoint_note.empty())
    ART32_CHECKED(audit::save_checkpoint(*database_, ledger_->checkpoint_note()));
  return {};
}

// What was published last holds until a reload publishes something else; a folder
// that never published anything has its files alone.
base::Result<model::Annex> System::newest_annex() const {
  ART32_ASSIGN(const std::vector<annex::Version> published, versions_->all());
  return published.empty() ? annex::load(folder_.annex(), annex_vocabulary())
                           : annex::from_json(published.front().json);
}

base::Status System::open_capabilities() {
  versions_ = std::make_unique<annex::Versions>(*database_, database_mutex_, *ledger_, clock_);
  ART32_ASSIGN(model::Annex annex, newest_annex());
  settings_.annex = std::make_shared<const model::Annex>(std::move(annex));
  accounts_ = std::make_unique<identity::Accounts>(*database_, database_mutex_, *ledger_, clock_,
                                                   promised_bcrypt_cost(*settings_.annex));
  principals_ = std::make_unique<identity::Principals>(*database_, database_mutex_, *ledger_, clock_);
  identity_ = std::make_unique<IdentityService>(
      identity::SealedStore{*database_, database_mutex_, *ledger_, clock_}, *accounts_,
      settings_.configuration.identity_or_usual(), promised_bcrypt_cost(*settings_.annex));
  statement_log_ = std::make_shared<gateway::StatementLog>(*ledger_);
  audits_ = std::make_unique<audit::Audits>(*database_, database_mutex_, *ledger_, *ledger_, clock_);
  audits_->set_waivers(settings_.configuration.waivers);
  postures_ = std::make_unique<PostureWatch>(gates_, clock_);
  trails_ = std::make_unique<TrailService>(*ledger_, *ledger_, clock_);
  trail_looks_ = std::make_unique<TrailLooks>(folder_, *trails_, *ledger_, clock_);
  identity_->read_trails(*trail_looks_);
  return {};
}

base::Status System::listen(Legacy legacy) {
  if (legacy.settings)
    ART32_CHECKED(restore(std::move(*legacy.settings)));
  else
    ART32_CHECKED(reload());
  remove_left_canaries(*accounts_);
  ART32_CHECKED(start_portal(std::move(legacy.portal)));
  ask_witnesses();
  ART32_CHECKED(start_identity(std::move(legacy.identity)));
  ART32_CHECKED(start_gateway(std::move(legacy)));
  keep_trails();
  return start_operators();
}

// As they held before this system was opened; their staff get its log.
base::Status System::restore(Settings settings) {
  if (settings.gateway) {
    auto with_log = std::make_shared<gateway::Settings>(settings.gateway->clone());
    with_log->bearers = identity_->bearers();
    for (auto& [name, principal] : with_log->principals)
      if (principal.statement_log) principal.statement_log = statement_log_;
    for (auto& [name, database] : with_log->databases)
      if (database.auth_query && database.auth_query->statement_log)
        database.auth_query = gateway::with_log(*database.auth_query, statement_log_);
    for (auto& [name, database] : with_log->databases)
      if (database.gate) database.gate = gates_.of(name);
    settings.gateway = std::move(with_log);
  }
  return apply(std::move(settings));
}

base::Status System::start_portal(net::Descriptor socket) {
  portal_ = std::make_unique<portal::Portal>(
      portal::Sources{*audits_, *versions_, *ledger_, *accounts_, clock_, folder_.cache(),
                      [this](std::string_view text) { return sign_note(text); },
                      [this] { return server_counters(); }, [this] { return gateway_report(); },
                      [this] { return identity_->asked(); }, [this] { return witnesses(); },
                      trail_looks_.get()},
      facts());
  const Configuration now = configuration();
  std::unique_lock lock(settings_mutex_);
  ART32_ASSIGN(net::TlsServerContext tls,
               net::TlsServerContext::make(settings_.certificate_pem, settings_.key_pem.text()));
  lock.unlock();
  if (!socket.is_open()) {
    ART32_ASSIGN(socket, net::listen_tcp(now.address, now.port));
  }
  ART32_ASSIGN(portal_socket_, net::copy_of(socket.number()));
  ART32_ASSIGN(server_,
               net::HttpsServer::start({now.address, now.port, now.threads, {}}, std::move(tls),
                                       identity_->with_reports(portal_->handler()), std::move(socket)));
  serving_ = server_.get();
  portal_->replace(facts());  // the port is known only now
  return record_pins(settings_.pins, *database_, database_mutex_);
}

// Before the gateway opens: an application that comes at once needn't be sent away.
base::Status System::start_gateway(Legacy legacy) {
  watch_postures();
  postures_->wait_for_enforced(base::limits::posture_first_wait);
  const std::unique_lock lock(settings_mutex_);
  if (!settings_.gateway) return {};
  ART32_ASSIGN(gateway_, GatewayService::start(settings_.gateway, *ledger_, statement_log_,
                                               std::move(legacy.gateway), std::move(legacy.running)));
  surveyed_ = gateway_.get();
  return {};
}

base::Status System::start_identity(IdentitySockets sockets) {
  const auto wanted = configuration().identity;
  if (!wanted) return {};
  std::unique_lock lock(settings_mutex_);
  ART32_ASSIGN(net::TlsServerContext tls,
               net::TlsServerContext::make(settings_.certificate_pem, settings_.key_pem.text()));
  lock.unlock();
  const base::Path socket = folder_.resolve(wanted->socket);
  auto listening =
      identity_->listen(*wanted, socket, std::move(tls), portal_->handler().finish, std::move(sockets));
  if (!listening) return tl::unexpected<base::Error>(listening.error().within("[identity]"));
  base::log_info("answering proxies", {{"socket", socket.string()}});
  return {};
}

base::Status System::start_operators() {
  const auto wanted = configuration().operators;
  if (!wanted) return {};
  std::unique_lock lock(settings_mutex_);
  ART32_ASSIGN(net::TlsServerContext tls,
               net::TlsServerContext::make(settings_.certificate_pem, settings_.key_pem.text()));
  lock.unlock();
  auto started = net::HttpsServer::start({wanted->address, wanted->port, 1, {}}, std::move(tls),
                                         portal_->operators_handler());
  if (!started) return tl::unexpected<base::Error>(started.error().within("[operators]"));
  operators_ = std::move(*started);
  base::log_info("serving operators",
                 {{"address", wanted->address}, {"port", std::to_string(operators_->port())}});
  return {};
}

base::Status System::announce() {
  const json::value all = to_json(listeners());
  return base::replace_file(folder_.listeners(), base::as_bytes(json::serialize(all) + "\n"));
}

base::Status System::check_settings(const Folder& folder) {
  ART32_CHECKED(check_owner(folder));
  ART32_ASSIGN(const Configuration configuration, load_configuration(folder));
  ART32_CHECKED(annex::load(folder.annex(), annex_vocabulary()).map([](const model::Annex&) {}));
  ART32_ASSIGN(const std::string chain, base::read_text_file(folder.resolve(configuration.certificate)));
  ART32_ASSIGN(const base::Secret key, crypto::load_private_file(folder.resolve(configuration.key)));
  ART32_CHECKED(check_server_certificate(folder, configuration, chain, key.text()));
  ART32_CHECKED(load_claim_signer(folder, configuration).map([](const auto&) {}));
  ART32_CHECKED(load_scanner_keys(folder, configuration).map([](const auto&) {}));
  ART32_CHECKED(load_witnesses(folder, configuration.ledger).map([](const auto&) {}));
  if (!configuration.gateway) return {};
  ART32_ASSIGN(const auto entrance, load_entrance(folder, configuration));
  gateway::LoginGates gates;
  ART32_ASSIGN(const auto settings,
               make_gateway_settings(folder, *configuration.gateway, {}, chain, key, {gates, entrance}));
  return trail_subjects(folder, *configuration.gateway, *settings, {}).map([](const TrailSubjects&) {});
}

// Of a configuration with one.
base::Result<std::shared_ptr<const gateway::Settings>> System::make_gateway(const Settings& settings) {
  ART32_ASSIGN(const std::vector<identity::Principal> stored, principals_->list());
  ART32_ASSIGN(const auto removed, identity_->customers().teams.removed_teams());
  ART32_ASSIGN(const auto entrance, load_entrance(folder_, settings.configuration, removed));
  return make_gateway_settings(folder_, *settings.configuration.gateway, stored, settings.certificate_pem,
                               settings.key_pem, {gates_, entrance, statement_log_, identity_->bearers()});
}

base::Result<System::Settings> System::read_settings() {
  Settings settings;
  ART32_ASSIGN(settings.configuration, load_configuration(folder_));
  ART32_ASSIGN(model::Annex annex, annex::load(folder_.annex(), annex_vocabulary()));
  settings.annex = std::make_shared<const model::Annex>(std::move(annex));
  ART32_ASSIGN(settings.certificate_pem,
               base::read_text_file(folder_.resolve(settings.configuration.certificate)));
  ART32_ASSIGN(settings.key_pem, crypto::load_private_file(folder_.resolve(settings.configuration.key)));
  ART32_CHECKED(check_server_certificate(folder_, settings.configuration, settings.certificate_pem,
                                         settings.key_pem.text()));
  if (settings.configuration.gateway) {
    ART32_ASSIGN(settings.gateway, make_gateway(settings));
    ART32_ASSIGN(settings.trails, trail_subjects(folder_, *settings.configuration.gateway, *settings.gateway,
                                                 promised_retention(*settings.annex)));
    if (!settings.trails.empty()) ART32_CHECKED(make_trail_folder(folder_));
  }
  ART32_ASSIGN(settings.claim_signer, load_claim_signer(folder_, settings.configuration));
  ART32_ASSIGN(const auto removed, identity_->customers().teams.removed_teams());
  ART32_ASSIGN(settings.trail_entrance,
               load_entrance(folder_, settings.configuration, removed, model::ClaimUse::trail));
  ART32_ASSIGN(settings.scanner_keys, load_scanner_keys(folder_, settings.configuration));
  ART32_ASSIGN(settings.witnesses, load_witnesses(folder_, settings.configuration.ledger));
  ART32_ASSIGN(settings.pins,
               read_pins(folder_, settings.configuration, *database_, database_mutex_, clock_.now()));
  return settings;
}

base::Status System::reload() {
  const std::lock_guard reloading(reload_mutex_);
  ART32_ASSIGN(Settings settings, read_settings());
  ART32_CHECKED(refuse_what_needs_a_restart(configuration(), settings.configuration));
  return apply(std::move(settings));
}

base::Status System::apply(Settings settings) {
  ART32_ASSIGN(net::TlsServerContext tls,
               net::TlsServerContext::make(settings.certificate_pem, settings.key_pem.text()));
  // What is shown is what is published: a changed annex needs a new version number.
  ART32_CHECKED(versions_->publish(*settings.annex).map([](const annex::Version&) {}));
  if (server_) ART32_CHECKED(record_pins(settings.pins, *database_, database_mutex_));
  // Nothing below fails: from here on the new settings hold.
  accounts_->set_bcrypt_cost(promised_bcrypt_cost(*settings.annex));
  identity_->apply(settings.configuration.identity_or_usual(), promised_bcrypt_cost(*settings.annex),
                   settings.claim_signer, settings.scanner_keys);
  trail_looks_->apply(settings.configuration, settings.trail_entrance);
  audits_->set_waivers(settings.configuration.waivers);
  base::set_log_level(settings.configuration.log_level);
  if (operators_) operators_->replace_tls(tls);
  identity_->replace_tls(tls);
  if (server_) server_->replace_tls(std::move(tls));
  if (gateway_) gateway_->replace(settings.gateway);
  bool has_other_witnesses = false;
  {
    const std::lock_guard lock(settings_mutex_);
    has_other_witnesses = settings_.witnesses != settings.witnesses ||
                          settings_.configuration.ledger.wanted != settings.configuration.ledger.wanted;
    settings_ = std::move(settings);
  }
  if (server_ && has_other_witnesses) ask_witnesses();
  if (portal_) portal_->replace(facts());
  if (gateway_) watch_postures();
  if (gateway_) keep_trails();
  return {};
}

void System::watch_postures() {
  const std::lock_guard lock(settings_mutex_);
  if (settings_.gateway)
    postures_->watch(posture_subjects(folder_, *settings_.configuration.gateway, *settings_.gateway));
}

// What a database's log has since the last time is read on, so nothing is missed in between.
void System::keep_trails() {
  std::unique_lock lock(settings_mutex_);
  const TrailSubjects subjects = settings_.trails;
  lock.unlock();
  trails_->keep(subjects);
}

void System::ask_witnesses() {
  stop_asking_witnesses();
  std::unique_lock lock(settings_mutex_);
  const std::vector<WitnessContact> contacts = settings_.witnesses;
  const std::size_t needed = settings_.configuration.ledger.witnesses_needed();
  lock.unlock();
  if (contacts.empty()) return ledger_->serve_newest();
  std::vector<ledger::Cosigning::Peer> peers;
  for (const WitnessContact& contact : contacts)
    peers.push_back(peer_of(contact));
  auto cosigning = std::make_unique<ledger::Cosigning>(*ledger_, clock_, std::move(peers), needed);
  const std::lock_guard asking(cosigning_mutex_);
  cosigning_ = std::move(cosigning);
}

base::Status System::take_up_principals() {
  const std::lock_guard reloading(reload_mutex_);
  if (!gateway_) return {};
  std::unique_lock lock(settings_mutex_);
  ART32_ASSIGN(settings_.gateway, make_gateway(settings_));
  gateway_->replace(settings_.gateway);
  lock.unlock();
  watch_postures();
  return {};
}

portal::Facts System::facts() const {
  const std::lock_guard lock(settings_mutex_);
  return {settings_.annex, settings_.pins, base_url_of(settings_.configuration), controls()};
}

void System::look_into_trails(audit::GatewayTarget& target) {
  if (trails_->standings().empty()) return;
  target.look_at_trails = [this]() -> base::Result<std::vector<audit::TrailView>> {
    return trail_views(*trails_);
  };
  target.find_in_trail = [this](const std::string& database, const std::string& note) {
    return find_canary(folder_, database, note);
  };
  target.check_records = [this](const std::string& database) {
    return check_newest_records(folder_, *ledger_, *trails_, database);
  };
  target.write_past_gateway = [this](const std::string& database, const std::string& note) {
    return trails_->write_canary(database, note);
  };
}

audit::Target System::target() {
  audit::Target target;
  target.listeners = listeners();
  target.data_folder = folder_.root;
  target.annex_folder = folder_.annex();
  target.state_database = folder_.state();
  target.ledger_verifier_key = ledger_->verifier_key();
  target.last_checkpoint_note = audits_->last_checkpoint_note();
  target.remember_checkpoint = [this](const std::string& note) { audits_->remember_checkpoint(note); };
  target.make_canary = [this] { return make_canary(*accounts_); };
  target.remove_canary = [this](const audit::Canary& canary) { remove_canary(*accounts_, canary.account); };
  if (gateway_) target.gateway = gateway_->target();
  if (gateway_)
    target.gateway->sign_claim = [this](const std::string& team, audit::ClaimFlaw flaw) {
      return sign_probe_claim(folder_, configuration(), team, flaw);
    };
  if (gateway_) target.gateway->look_at_postures = [this] { return posture_views(*postures_); };
  if (gateway_)
    target.gateway->sign_entry = [this](const std::string& team, const std::string& session,
                                        std::uint64_t number, audit::ClaimFlaw flaw) {
      return sign_probe_entry(folder_, configuration(), team, session, number, flaw);
    };
  if (gateway_) look_into_trails(*target.gateway);
  target.annex = *annex();
  target.secret_files = private_key_files(folder_, configuration());
  // A system of its own authority trusts that one; others are checked as customers would.
  target.authorities_pem = base::read_text_file(folder_.authority_certificate()).value_or("");
  return target;
}

}  // namespace art32::app
