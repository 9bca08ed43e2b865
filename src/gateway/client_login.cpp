#include "gateway/client_login.h"

#include <algorithm>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/random.h"
#include "gateway/client_session.h"
#include "gateway/pool.h"
#include "gateway/worker.h"
#include "pgwire/authentication.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;

ClientLogin::ClientLogin(ClientSession& session)
    : session_(session),
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
    return session_.fail(sqlstate::protocol_violation, "the log-in is too long");
  base::append(held_, octets);
  if (state_ == State::opening)
    read_opening();
  else if (state_ == State::scram_first || state_ == State::scram_final)
    read_messages();
  else
    session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over");
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
      case Step::cancel_request: {
        const auto& request = std::get<pgwire::CancelRequest>(*decision.packet);
        session_.worker().route_cancel(request.process_id,
                                       base::Bytes(request.key.begin(), request.key.end()));
        state_ = State::over;
        return session_.close();
      }
      case Step::start_session: {
        begin_session(std::get<pgwire::StartupMessage>(*decision.packet));
        if (state_ != State::over) use();
        break;
      }
      case Step::refuse:
        return refuse(*decision.refusal);
    }
  }
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
  if (startup.replication != pgwire::Replication::none)
    return session_.fail(sqlstate::feature_not_supported, "replication doesn't go through this gateway yet",
                         "connect to the server itself");
  if (startup.find("options"))
    return session_.fail(sqlstate::feature_not_supported,
                         "the start-up parameter options isn't understood here",
                         "send the settings as start-up parameters of their own, or by SET");
  if (negotiated.must_tell) {
    base::Bytes out;
    pgwire::put_negotiate_protocol_version(out, negotiated.message());
    session_.leg().send(out);
  }
  user_ = startup.user();
  database_ = startup.database();
  for (const auto& [name, value] : startup.parameters)
    if (is_setting(name)) parameters_.emplace_back(name, value);
  offer_scram();
}

void ClientLogin::offer_scram() {
  const auto principal = settings_->principals.find(user_);
  // A user who isn't there is asked for a password as well.
  pgwire::ScramVerifier verifier = principal != settings_->principals.end()
                                       ? principal->second.verifier.clone()
                                       : pgwire::mock_scram_verifier(settings_->mock_secret, user_);
  scram_ = std::make_unique<pgwire::ScramServer>(
      std::move(verifier), session_.leg().is_secure() ? settings_->tls_end_point : base::Bytes(),
      pgwire::make_scram_nonce());
  base::Bytes out;
  pgwire::put_sasl_request(out, scram_->mechanisms());
  session_.leg().send(out);
  state_ = State::scram_first;
}

void ClientLogin::read_messages() {
  while (state_ == State::scram_first || state_ == State::scram_final) {
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::frontend, held_);
    if (frame.status == pgwire::FrameStatus::incomplete) return;
    if (frame.status == pgwire::FrameStatus::invalid || frame.octets > limits::gateway_login_octets)
      return session_.fail(sqlstate::protocol_violation, "the log-in makes no sense");
    if (held_.size() < frame.octets) return;
    if (frame.type == pgwire::frontend_type::terminate) return session_.close();
    if (frame.type != pgwire::frontend_type::password)
      return session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over");
    const base::Bytes body(held_.begin() + pgwire::header_octets, held_.begin() + frame.octets);
    held_.erase(held_.begin(), held_.begin() + frame.octets);
    if (!held_.empty())
      return session_.fail(sqlstate::protocol_violation, "a message came before the log-in was over");
    take_response(body);
  }
}

void ClientLogin::take_response(base::ByteView body) {
  base::Result<std::string> answer;
  if (state_ == State::scram_first) {
    const auto initial = pgwire::parse_sasl_initial_response(body);
    if (!initial || !initial->response)
      return session_.fail(sqlstate::protocol_violation, "the log-in makes no sense");
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
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::sasl_final, base::as_bytes(*answer)});
  pgwire::put_authentication(out, {pgwire::AuthenticationKind::ok, {}});
  session_.leg().send(out);
  proved();
}

void ClientLogin::refuse_password() {
  ++session_.worker().counters().refused_logins;
  session_.fail(sqlstate::invalid_password, "password authentication failed for user \"" + user_ + "\"");
}

// The client is who it says. What exists and what doesn't is told from here on only.
void ClientLogin::proved() {
  state_ = State::over;
  const auto principal = settings_->principals.find(user_);
  if (principal == settings_->principals.end()) return refuse_password();
  const auto database = settings_->databases.find(database_);
  if (database == settings_->databases.end())
    return session_.fail(sqlstate::invalid_catalog_name,
                         "database \"" + database_ + "\" isn't configured here",
                         "the gateway's configuration lists its databases");
  const auto id = session_.worker().settings_book().startup(parameters_);
  if (!id) return session_.fail(sqlstate::configuration_limit_exceeded, id.error().what, id.error().mend);
  Pool& pool = session_.worker().pool(settings_, database->second, principal->second);
  if (principal->second.server_password.size() == 0) pool.learn_keys(scram_->keys().clone());
  scram_.reset();
  session_.authenticated(pool, principal->second, *id);
  state_ = State::greeting;
  if (pool.facts()) return greet();
  // The first client of a pool waits for its first server, to be greeted as that one would.
  if (ServerConnection* server = pool.request(session_)) server_came(*server);
}

void ClientLogin::server_came(ServerConnection& server) {
  greet();
  session_.pool()->release(server);
}

void ClientLogin::greet() {
  state_ = State::over;
  deadline_.cancel();
  session_.worker().give_cancel_key(session_, version_);
  base::Bytes out;
  for (const auto& [name, value] : session_.pool()->facts()->parameters) {
    const auto own = std::find_if(
        parameters_.begin(), parameters_.end(),
        [&, &name = name](const auto& parameter) { return same_setting(parameter.first, name); });
    pgwire::put_parameter_status(out,
                                 {name, own != parameters_.end() ? std::string_view(own->second) : value});
  }
  pgwire::put_backend_key_data(out, {session_.cancel_id, session_.cancel_key});
  pgwire::put_ready_for_query(out, pgwire::TransactionStatus::idle);
  session_.leg().send(out);
  session_.welcomed();
}

}  // namespace art32::gateway
