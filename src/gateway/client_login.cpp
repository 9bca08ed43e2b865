#include "gateway/client_login.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/certificate.h"
#include "crypto/random.h"
#include "gateway/client_session.h"
#include "gateway/console.h"
#include "gateway/pool.h"
#include "gateway/startup_options.h"
#include "gateway/worker.h"
#include "pgwire/authentication.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;

namespace {

constexpr std::string_view is_it_a_client = "check that the client speaks PostgreSQL's protocol 3";

}  // namespace

ClientLogin::ClientLogin(ClientSession& session, std::string address)
    : session_(session),
      address_(std::move(address)),
      deadline_(session.worker().loop(),
                [this] {
                  session_.fail(sqlstate::cannot_connect_now, "the log-in took too long",
                                "send the start-up packet and the password without delay");
                }),
      settings_(session.worker().settings()) {
  deadline_.set(settings_->login);
}

void ClientLogin::take(base::ByteView octets) {
  if (state_ == State::over) return;
  if (held_.size() + octets.size() > limits::gateway_login_octets)
    return session_.fail(sqlstate::protocol_violation, "the log-in is too long", is_it_a_client);
  base::append(held_, octets);
  if (state_ == State::opening)
    read_opening();
  else if (state_ == State::scram_first || state_ == State::scram_final || state_ == State::claim)
    read_messages();
  else
    session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over",
                  "wait for ReadyForQuery before the first query");
}

void ClientLogin::refuse(const pgwire::Refusal& refusal) {
  session_.fail(refusal.sqlstate, refusal.reason, refusal.hint);
}

void ClientLogin::read_opening() {
  using Step = pgwire::Opening::Step;
  while (state_ == State::opening) {
    const pgwire::Opening::Decision decision = opening_.next(held_);
    const auto use = [&] {
      held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(decision.used));
    };
    switch (decision.step) {
      case Step::needs_more:
        return;
      case Step::begin_tls: {
        if (!settings_->tls) return session_.close();
        state_ = State::tls;
        const base::Bytes received = std::exchange(held_, {});
        return session_.leg().accept_tls(*settings_->tls, received);
      }
      case Step::answer_ssl:
        use();
        answer_ssl();
        break;
      case Step::answer_gss:
        use();
        opening_.encryption_refused();
        session_.leg().send(base::as_bytes("N"));
        break;
      case Step::cancel_request:
        return cancel(std::get<pgwire::CancelRequest>(*decision.packet));
      case Step::start_session: {
        begin_session(std::get<pgwire::StartupMessage>(*decision.packet));
        if (state_ == State::over) break;
        use();
        return read_messages();  // what came along can't be right
      }
      case Step::refuse:
        return refuse(*decision.refusal);
    }
  }
}

// The connection ends once the server has acted: libpq's PQcancel waits for that, so that its
// caller's next query is safe.
void ClientLogin::cancel(const pgwire::CancelRequest& request) {
  state_ = State::over;
  deadline_.cancel();  // that of the request to the server counts from here on
  session_.worker().switchboard().cancel_client(
      request.process_id, base::Bytes(request.key.begin(), request.key.end()),
      [&worker = session_.worker(), number = session_.number()] { worker.close_session(number); });
}

void ClientLogin::answer_ssl() {
  if (!settings_->tls) {
    opening_.encryption_refused();
    session_.leg().send(base::as_bytes("N"));
    return;
  }
  state_ = State::tls;
  session_.leg().send(base::as_bytes("S"));
  session_.leg().accept_tls(*settings_->tls);
}

void ClientLogin::secured() {
  if (const auto refusal = opening_.tls_started(session_.leg().alpn())) return refuse(*refusal);
  state_ = State::opening;
}

// Parameters of the start-up packet that aren't settings of the session.
bool is_setting(std::string_view name) {
  return name != "user" && name != "database" && name != "replication" && name != "options";
}

void ClientLogin::begin_session(const pgwire::StartupMessage& startup) {
  state_ = State::over;
  const pgwire::Negotiated negotiated = pgwire::negotiate(startup);
  version_ = negotiated.version;
  if (opening_.transport() == pgwire::Transport::plain && !session_.may_be_plain())
    return session_.fail(sqlstate::invalid_authorization, "this listener wants TLS",
                         "connect with sslmode=verify-full, or at least sslmode=require");
  replication_ = startup.replication;
  if (!take_parameters(startup)) return;
  if (negotiated.must_tell) {
    base::Bytes out;
    pgwire::put_negotiate_protocol_version(out, negotiated.message());
    session_.leg().send(out);
  }
  user_ = startup.user();
  database_ = startup.database();
  find_principal();
}

// As the server does: what has a parameter of its own comes last, and counts.
bool ClientLogin::take_parameters(const pgwire::StartupMessage& startup) {
  if (const auto options = startup.find("options")) {
    auto settings = parse_startup_options(*options);
    if (!settings) {
      const bool is_unknown = settings.error().code == base::ErrorCode::unsupported;
      session_.fail(is_unknown ? sqlstate::feature_not_supported : sqlstate::invalid_parameter_value,
                    settings.error().what, settings.error().mend);
      return false;
    }
    parameters_ = std::move(*settings);
  }
  for (const auto& [name, value] : startup.parameters)
    if (is_setting(name)) parameters_.emplace_back(name, value);
  return true;
}

// The configuration comes first: what it names isn't looked up.
void ClientLogin::find_principal() {
  principal_ = gateway::find_principal(settings_, user_);
  const auto database = find_database(settings_, database_);
  if (principal_ && principal_->certificate == ClientCertificate::sufficient && shows_certificate())
    return welcome();
  if (principal_ && principal_->shows_claim) return ask_claim();
  if (principal_ || !database || !database->auth_query) return offer_scram();
  state_ = State::looking_up;
  lookup_ =
      session_.worker().role_lookup(database).find(user_, [this](auto role) { looked_up(std::move(role)); });
}

void ClientLogin::looked_up(RoleLookup::Answer role) {
  lookup_.reset();
  if (!role)
    return session_.fail(sqlstate::cannot_connect_now,
                         "who may sign in can't be asked of the server: " + role.error().what,
                         "try again; the gateway's log says more");
  const auto database = find_database(settings_, database_);
  if (*role) {
    auto found = found_principal(*database->auth_query, user_, std::move((*role)->name));
    found->verifier = std::move((*role)->verifier);
    principal_ = std::move(found);
  }
  offer_scram();
}

// TLS has proved that the client has its key, and that an authority of ours signed it.
bool ClientLogin::shows_certificate() const {
  if (!session_.leg().is_secure() || principal_->certificate_name.empty()) return false;
  const std::string pem = session_.leg().peer_certificate_pem();
  if (pem.empty()) return false;
  const auto facts = crypto::certificate_facts(pem);
  return facts && facts->common_name == principal_->certificate_name;
}

void ClientLogin::welcome() {
  base::Bytes out;
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::ok, {}});
  session_.leg().send(out);
  proved();
}

void ClientLogin::offer_scram() {
  // A user who isn't there is asked for a password as well.
  pgwire::ScramVerifier verifier =
      principal_ ? principal_->verifier.clone() : pgwire::mock_scram_verifier(settings_->mock_secret, user_);
  scram_ = std::make_unique<pgwire::ScramServer>(
      std::move(verifier), session_.leg().is_secure() ? settings_->tls_end_point : base::Bytes(),
      pgwire::make_scram_nonce());
  base::Bytes out;
  pgwire::put_sasl_request(out, scram_->mechanisms());
  session_.leg().send(out);
  state_ = State::scram_first;
}

void ClientLogin::read_messages() {
  while (state_ == State::scram_first || state_ == State::scram_final || state_ == State::claim) {
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::frontend, held_);
    if (frame.status == pgwire::FrameStatus::incomplete) return;
    if (frame.status == pgwire::FrameStatus::invalid || frame.octets > limits::gateway_login_octets)
      return session_.fail(sqlstate::protocol_violation, "the log-in makes no sense", is_it_a_client);
    if (held_.size() < frame.octets) return;
    if (frame.type == pgwire::frontend_type::terminate) return session_.close();
    if (frame.type != pgwire::frontend_type::password)
      return session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over",
                           "wait for ReadyForQuery before the first query");
    const base::Bytes body(held_.begin() + pgwire::header_octets, held_.begin() + frame.octets);
    held_.erase(held_.begin(), held_.begin() + frame.octets);
    if (!held_.empty())
      return session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over",
                           "wait for ReadyForQuery before the first query");
    take_response(body);
  }
}

void ClientLogin::take_response(base::ByteView body) {
  if (state_ == State::claim) return take_shown_claim(body);
  base::Result<std::string> answer;
  if (state_ == State::scram_first) {
    const auto initial = pgwire::parse_sasl_initial_response(body);
    if (!initial || !initial->response)
      return session_.fail(sqlstate::protocol_violation, "the log-in makes no sense", is_it_a_client);
    answer = scram_->answer_first(initial->mechanism, base::as_text(*initial->response));
  } else {
    answer = scram_->answer_final(base::as_text(body));
  }
  if (!answer) {
    switch (answer.error().code) {
      case base::ErrorCode::permission:
        return refuse_password();
      case base::ErrorCode::check_failed:
        return session_.fail(sqlstate::invalid_authorization, answer.error().what, answer.error().mend);
      default:
        return session_.fail(sqlstate::protocol_violation, answer.error().what);
    }
  }
  base::Bytes out;
  if (state_ == State::scram_first) {
    pgwire::put_authentication(out, {pgwire::AuthenticationKind::sasl_continue, base::as_bytes(*answer)});
    session_.leg().send(out);
    state_ = State::scram_final;
    return;
  }
  if (!session_.worker().commons().passwords.succeeded(address_, user_, settings_->wrong_passwords,
                                                       session_.worker().loop().now())) {
    state_ = State::over;
    return refuse_tries();
  }
  if (principal_ && principal_->certificate == ClientCertificate::required && !shows_certificate())
    return session_.fail(sqlstate::invalid_authorization,
                         fmt::format("user \"{}\" needs a client certificate too", user_),
                         fmt::format("connect with sslcert and sslkey; its common name must be \"{}\"",
                                     principal_->certificate_name));
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::sasl_final, base::as_bytes(*answer)});
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::ok, {}});
  session_.leg().send(out);
  proved();
}

void ClientLogin::refuse_password() {
  state_ = State::over;
  ++session_.worker().counters().refused_logins;
  if (session_.worker().commons().passwords.failed(address_, user_, settings_->wrong_passwords,
                                                   session_.worker().loop().now()))
    return refuse_tries();
  const unsigned most = settings_->wrong_passwords.wrong_passwords;
  session_.fail(sqlstate::invalid_password, "password authentication failed for user \"" + user_ + "\"",
                most == 0
                    ? "check the password"
                    : fmt::format("check the password; after {} wrong ones none is tried for a while", most));
}

void ClientLogin::refuse_tries() {
  session_.fail(sqlstate::invalid_authorization, "too many wrong passwords came from this address",
                "wait a minute, and check the passwords of what connects from there");
}

// A reload may have taken the user away since the log-in began, or named it.
bool ClientLogin::may_still_come() const {
  if (!principal_) return false;
  const auto now = session_.worker().settings();
  const bool is_configured = now->principals.contains(user_);
  if (!principal_->is_looked_up) return is_configured;
  const auto database = find_database(now, database_);
  return !is_configured && database && database->auth_query;
}

// The client is who it says. What exists and what doesn't is told from here on only.
void ClientLogin::proved() {
  state_ = State::over;
  if (!may_still_come()) return refuse_password();
  settings_ = session_.worker().settings();
  if (!principal_->is_looked_up) principal_ = gateway::find_principal(settings_, user_);
  const auto database = wanted_database();
  if (!database && is_console_database(database_)) return open_console(*principal_);
  if (!database)
    return session_.fail(sqlstate::invalid_catalog_name,
                         "database \"" + database_ + "\" isn't configured here",
                         "the gateway's configuration lists its databases");
  if (!is_let_in(*database)) return;
  if (replication_ != pgwire::Replication::none) return begin_replication(database);
  take_claim();
  const auto id = session_.worker().settings_book().startup(parameters_);
  if (!id) return session_.fail(sqlstate::configuration_limit_exceeded, id.error().what, id.error().mend);
  enter(session_.worker().pool(database, principal_), *id);
}

// Staff see to what is broken, and probes try it: only applications wait outside.
bool ClientLogin::is_let_in(const Database& database) {
  const bool is_application =
      principal_->kind == PrincipalKind::app || principal_->kind == PrincipalKind::analytics;
  if (!database.gate || !is_application) return true;
  const auto refusal = database.gate->refusal(session_.worker().loop().now());
  if (!refusal) return true;
  session_.fail(sqlstate::cannot_connect_now, refusal->message,
                "on the server, `art32 tenancy posture` checks anew and shows all that is to mend",
                refusal->detail);
  return false;
}

// Physical replication is of the whole server, and clients name no database, or "replication":
// any will do where all are of the same server.
std::shared_ptr<const Database> ClientLogin::wanted_database() const {
  auto named = find_database(settings_, database_);
  if (named || replication_ != pgwire::Replication::physical || settings_->databases.empty()) return named;
  const auto& [first, database] = *settings_->databases.begin();
  const bool is_one_server = std::all_of(
      settings_->databases.begin(), settings_->databases.end(),
      [&, &address = database.address](const auto& each) { return each.second.address == address; });
  return is_one_server ? find_database(settings_, first) : nullptr;
}

// What the client said goes to the server as it is: a walsender takes no SET.
void ClientLogin::begin_replication(const std::shared_ptr<const Database>& database) {
  if (!principal_->may_replicate)
    return session_.fail(
        sqlstate::insufficient_privilege, "user \"" + user_ + "\" may not replicate",
        "set replication = true for this principal, and REPLICATION for its role at the server");
  ServerLogin::Parameters parameters = parameters_;
  parameters.emplace_back("replication", replication_ == pgwire::Replication::physical ? "true" : "database");
  enter(session_.worker().replication_pool(database, principal_, session_, std::move(parameters)), 0);
}

void ClientLogin::enter(Pool& pool, SettingsId settings) {
  if (principal_->server_password.size() == 0 && scram_) pool.learn_keys(scram_->keys().clone());
  scram_.reset();
  session_.authenticated(pool, principal_, settings);
  if (bearer_) session_.begin_bearing(*bearer_);
  if (claim_) {
    auto standing = session_.standing_of(*claim_);
    if (!standing)
      return session_.fail(standing.error().code == base::ErrorCode::unsupported
                               ? sqlstate::feature_not_supported
                               : sqlstate::invalid_authorization,
                           standing.error().what, standing.error().mend);
    session_.begin_claims(std::move(*standing));
  }
  if (principal_->statement_log)
    session_.log_statements(*principal_, parameter("application_name"), settings_of_startup());
  state_ = State::greeting;
  deadline_.cancel();  // from here on it is the server that takes its time
  if (pool.facts()) return greet();
  // The first client of a pool waits for its first server, to be greeted as that one would.
  if (ServerConnection* server = pool.request(session_)) server_came(*server);
}

// "search_path=s1": what a statement may mean depends on it.
std::vector<std::string> ClientLogin::settings_of_startup() const {
  std::vector<std::string> settings;
  for (const auto& [name, value] : parameters_)
    if (!same_setting(name, "application_name")) settings.push_back(name + "=" + value);
  return settings;
}

std::string ClientLogin::parameter(std::string_view wanted) const {
  for (const auto& [name, value] : parameters_)
    if (same_setting(name, wanted)) return value;
  return {};
}

void ClientLogin::open_console(const Principal& principal) {
  if (!principal.may_use_console)
    return session_.fail(sqlstate::insufficient_privilege, "user \"" + user_ + "\" may not use the console",
                         "set console = true for this principal");
  deadline_.cancel();
  scram_.reset();
  session_.worker().give_cancel_key(session_, version_);
  session_.open_console(principal);
  session_.welcomed();
}

void ClientLogin::server_came(ServerConnection& server) {
  greet();
  session_.pool()->release(server);
}

void ClientLogin::greet() {
  state_ = State::over;
  session_.worker().give_cancel_key(session_, version_);
  base::Bytes out;
  for (const auto& [name, value] : session_.pool()->facts()->parameters) {
    const auto own = std::find_if(
        parameters_.rbegin(), parameters_.rend(),
        [&, &name = name](const auto& parameter) { return same_setting(parameter.first, name); });
    pgwire::put_parameter_status(out,
                                 {name, own != parameters_.rend() ? std::string_view(own->second) : value});
  }
  pgwire::put_backend_key_data(out, {session_.cancel_id, session_.cancel_key});
  pgwire::put_ready_for_query(out, pgwire::TransactionStatus::idle);
  session_.leg().send(out);
  session_.welcomed();
}

}  // namespace art32::gateway
