#include "gateway/server_login.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/channel_binding.h"
#include "net/loop/event_loop.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/startup.h"

namespace art32::gateway {

using base::ErrorCode;
using base::failure;
namespace type = pgwire::backend_type;

ServerLogin::ServerLogin(net::EventLoop& loop, net::Resolver& resolver,
                         std::shared_ptr<const Database> database, ServerCredential credential,
                         std::string first, Done done)
    : loop_(loop),
      resolver_(resolver),
      database_(std::move(database)),
      credential_(std::move(credential)),
      first_(std::move(first)),
      done_(std::move(done)),
      deadline_(
          loop,
          [this] {
            lookup_.reset();
            attempt_failed(
                {ErrorCode::timeout,
                 fmt::format("the server of \"{}\" didn't finish the log-in in time", database_->name), ""});
          }),
      next_(loop, [this] { try_next(); }) {}

void ServerLogin::start() {
  for (const std::string_view part : base::split(database_->address.host, ',')) {
    const std::string host(base::trim(part));
    if (host == first_)
      candidates_.push_front({host, std::nullopt});
    else
      candidates_.push_back({host, std::nullopt});
  }
  has_choice_ = candidates_.size() > 1;
  next_.set({});
}

void ServerLogin::try_next() {
  dial_.reset();
  leg_.reset();
  lookup_.reset();
  if (candidates_.empty()) return finish(tl::unexpected<base::Error>(*error_));
  Candidate candidate = std::move(candidates_.front());
  candidates_.pop_front();
  is_attempting_ = true;
  deadline_.set(database_->limits.connect);
  if (candidate.address) return attempt({*candidate.address, candidate.host});
  const std::uint16_t port = database_->address.port;
  if (candidate.host.starts_with('/')) {
    const auto address = net::unix_socket_address(fmt::format("{}/.s.PGSQL.{}", candidate.host, port));
    return address ? attempt({*address, candidate.host}) : attempt_failed(address.error());
  }
  if (const auto address = net::parse_socket_address(candidate.host, port))
    return attempt({*address, candidate.host});
  lookup_ = resolver_.find(candidate.host, port,
                           [this, host = candidate.host](auto addresses) { found(host, addresses); });
}

void ServerLogin::found(const std::string& host, const base::Result<net::Resolver::Addresses>& addresses) {
  if (!is_attempting_) return;
  if (!addresses) return attempt_failed(addresses.error());
  for (auto address = addresses->rbegin(); address != addresses->rend(); ++address)
    candidates_.push_front({host, *address});
  next_.set({});
}

void ServerLogin::attempt(ServerTarget target) {
  target_ = std::move(target);
  scram_.reset();
  is_authenticated_ = false;
  held_.clear();
  facts_ = {};
  dial_ =
      std::make_unique<ServerDial>(loop_, database_, target_, [this](auto leg) { dialled(std::move(leg)); });
  dial_->start();
}

// Waiting helps as long as one of the servers is only away.
void ServerLogin::attempt_failed(const base::Error& error) {
  if (!std::exchange(is_attempting_, false)) return;
  deadline_.cancel();
  const auto passes = [](const base::Error& it) {
    return it.code == ErrorCode::unavailable || it.code == ErrorCode::timeout;
  };
  if (!error_)
    error_ = error;
  else
    error_ = base::Error{passes(*error_) ? error_->code : error.code, error_->what + "; " + error.what,
                         error.mend.empty() ? error_->mend : error.mend};
  next_.set({});
}

void ServerLogin::dialled(base::Result<std::unique_ptr<net::Leg>> leg) {
  if (!is_attempting_) return;
  if (!leg) return attempt_failed(leg.error());
  leg_ = std::move(*leg);
  leg_->set_handler(*this);
  std::vector<pgwire::StartupParameter> parameters = {{"user", credential_.role},
                                                      {"database", database_->server_name}};
  for (const auto& [name, value] : parameters_)
    parameters.push_back({name, value});
  base::Bytes packet;
  pgwire::put_startup_message(packet, pgwire::protocol_3_0, parameters);
  leg_->send(packet);
}

void ServerLogin::on_octets(base::ByteView octets) {
  if (!is_attempting_) return;
  base::append(held_, octets);
  std::size_t at = 0;
  while (true) {
    const base::ByteView rest = base::ByteView(held_).subspan(at);
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::backend, rest);
    if (frame.status == pgwire::FrameStatus::invalid || frame.octets > base::limits::gateway_login_octets)
      return attempt_failed(
          {ErrorCode::unavailable, "the server's log-in makes no sense", "is it a PostgreSQL server?"});
    if (frame.status == pgwire::FrameStatus::incomplete || rest.size() < frame.octets) break;
    const auto ready =
        take(frame.type, rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets));
    if (!ready) return attempt_failed(ready.error());
    at += frame.octets;
    if (!*ready) continue;
    if (at != held_.size())
      return attempt_failed({ErrorCode::unavailable, "the server said more than it was asked", ""});
    if (const auto role = check_role(); !role) return attempt_failed(role.error());
    is_attempting_ = false;
    return finish(Outcome{std::move(leg_), std::move(facts_), std::move(target_)});
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at));
}

// One that is in recovery takes no writes; which of several servers doesn't is to be found out.
base::Status ServerLogin::check_role() const {
  if (!has_choice_) return {};
  const auto status = facts_.parameters.find("in_hot_standby");
  if (status != facts_.parameters.end() && status->second == "off") return {};
  return failure(ErrorCode::unavailable, "the server at " + target_.address.place() + " is in recovery",
                 "one of the servers has to be promoted");
}

base::Result<bool> ServerLogin::take(std::uint8_t message, base::ByteView body) {
  switch (message) {
    case type::authentication:
      return authenticate(body).map([] { return false; });
    case type::parameter_status:
      if (const auto status = pgwire::parse_parameter_status(body)) {
        facts_.parameters[std::string(status->name)] = status->value;
        return false;
      }
      break;
    case type::backend_key_data:
      if (const auto data = pgwire::parse_backend_key_data(body, pgwire::protocol_3_0)) {
        facts_.process_id = data->process_id;
        facts_.cancel_key.assign(data->key.begin(), data->key.end());
        return false;
      }
      break;
    case type::notice_response:
      return false;
    case type::error_response:
      return tl::unexpected<base::Error>(refusal(body));
    case type::ready_for_query:
      if (is_authenticated_) return true;
      break;
    default:
      break;
  }
  return failure(ErrorCode::unavailable,
                 fmt::format("message '{}' has no place in a log-in", static_cast<char>(message)));
}

base::Status ServerLogin::authenticate(base::ByteView body) {
  const auto message = pgwire::parse_authentication(body);
  if (!message) return failure(ErrorCode::unavailable, "the server's request for a password is malformed");
  using Kind = pgwire::AuthenticationKind;
  switch (message->kind) {
    case Kind::ok:
      // Before the server has proved that it knows the password, it may be anybody; a unix
      // socket's folder says who it is.
      if (!(scram_ && scram_->is_finished()) && target_.address.port() != 0 &&
          database_->security != ServerSecurity::plain)
        return failure(ErrorCode::permission, "the server let the gateway in without a password",
                       "set scram-sha-256 in its pg_hba.conf");
      is_authenticated_ = true;
      return {};
    case Kind::sasl:
      return begin_scram(*message);
    case Kind::sasl_continue: {
      if (!scram_) break;
      ART32_ASSIGN(const std::string answer, scram_->answer(base::as_text(message->data)));
      base::Bytes out;
      pgwire::put_sasl_response(out, base::as_bytes(answer));
      leg_->send(out);
      return {};
    }
    case Kind::sasl_final:
      if (!scram_) break;
      return scram_->finish(base::as_text(message->data));
    default:
      return failure(ErrorCode::permission, "the server asks for a password in a way that isn't spoken here",
                     "set scram-sha-256 in its pg_hba.conf and password_encryption");
  }
  return failure(ErrorCode::unavailable, "the server's log-in is out of order");
}

base::Status ServerLogin::begin_scram(const pgwire::Authentication& offer) {
  pgwire::ScramClient::Credential secret;
  if (auto* password = std::get_if<base::Secret>(&credential_.secret))
    secret = password->clone();
  else if (auto* keys = std::get_if<pgwire::ScramKeys>(&credential_.secret))
    secret = keys->clone();
  else
    return failure(ErrorCode::permission,
                   fmt::format("there is no password for the role \"{}\" at the server", credential_.role),
                   "set server_password_file for this principal");
  base::Bytes end_point;
  // A certificate whose signature has no single hash can't be bound to.
  if (leg_->is_secure())
    end_point =
        crypto::tls_server_end_point(base::as_bytes(leg_->peer_certificate_pem())).value_or(base::Bytes());
  scram_ = std::make_unique<pgwire::ScramClient>(std::move(secret), pgwire::ChannelBinding::preferred,
                                                 std::move(end_point), pgwire::make_scram_nonce());
  if (credential_.derived) scram_->remember_keys_in(*credential_.derived);
  ART32_ASSIGN(const pgwire::ScramClient::Start start, scram_->start(pgwire::sasl_mechanisms(offer)));
  base::Bytes out;
  pgwire::put_sasl_initial_response(out, {start.mechanism, base::as_bytes(start.message)});
  leg_->send(out);
  return {};
}

// 57P03: the server is starting up or shutting down. Anything else it means.
base::Error ServerLogin::refusal(base::ByteView body) const {
  const auto error = pgwire::DiagnosticView::parse(body);
  if (!error) return {ErrorCode::unavailable, "the server refused the log-in", ""};
  const std::string_view state = error->field(pgwire::FieldCode::sqlstate).value_or("");
  const bool passes = state == "57P03" || state.starts_with("53");
  return {passes ? ErrorCode::unavailable : ErrorCode::permission,
          fmt::format("{} ({})", error->field(pgwire::FieldCode::message).value_or(""), state),
          std::string(error->field(pgwire::FieldCode::hint).value_or(""))};
}

void ServerLogin::on_end(const net::StreamEnd& end) {
  attempt_failed(
      {ErrorCode::unavailable, "the server ended the connection during the log-in: " + end.text(), ""});
}

void ServerLogin::finish(base::Result<Outcome> outcome) {
  deadline_.cancel();
  if (!done_) return;
  std::exchange(done_, {})(std::move(outcome));
}

}  // namespace art32::gateway
