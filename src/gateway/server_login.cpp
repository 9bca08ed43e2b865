#include "gateway/server_login.h"

#include <fmt/format.h>

#include <utility>

#include "base/limits.h"
#include "crypto/channel_binding.h"
#include "net/loop/event_loop.h"
#include "pgwire/diagnostic.h"
#include "pgwire/frame.h"
#include "pgwire/startup.h"

namespace art32::gateway {

using base::ErrorCode;
using base::failure;
namespace type = pgwire::backend_type;

ServerLogin::ServerLogin(net::EventLoop& loop, const Database& database, ServerCredential credential,
                         Done done)
    : loop_(loop),
      database_(database),
      credential_(std::move(credential)),
      done_(std::move(done)),
      deadline_(loop,
                [this] {
                  finish(failure(
                      ErrorCode::timeout,
                      fmt::format("the server of \"{}\" didn't finish the log-in in time", database_.name)));
                }),
      dial_(loop, database, [this](auto leg) { dialled(std::move(leg)); }) {}

void ServerLogin::start() {
  deadline_.set(database_.limits.connect);
  dial_.start();
}

void ServerLogin::dialled(base::Result<std::unique_ptr<net::Leg>> leg) {
  if (!leg) return finish(tl::unexpected<base::Error>(leg.error()));
  leg_ = std::move(*leg);
  leg_->set_handler(*this);
  const pgwire::StartupParameter parameters[] = {
      {"user", credential_.role}, {"database", database_.server_name}, {"application_name", "art32"}};
  base::Bytes packet;
  pgwire::put_startup_message(packet, pgwire::protocol_3_0, parameters);
  leg_->send(packet);
}

void ServerLogin::on_octets(base::ByteView octets) {
  base::append(held_, octets);
  std::size_t at = 0;
  while (done_) {
    const base::ByteView rest = base::ByteView(held_).subspan(at);
    const pgwire::Frame frame = pgwire::read_frame(pgwire::Origin::backend, rest);
    if (frame.status == pgwire::FrameStatus::invalid || frame.octets > base::limits::gateway_login_octets)
      return finish(failure(ErrorCode::unavailable, "the server's log-in makes no sense",
                            "is it a PostgreSQL server?"));
    if (frame.status == pgwire::FrameStatus::incomplete || rest.size() < frame.octets) break;
    const auto ready =
        take(frame.type, rest.subspan(pgwire::header_octets, frame.octets - pgwire::header_octets));
    if (!ready) return finish(tl::unexpected<base::Error>(ready.error()));
    at += frame.octets;
    if (*ready) {
      if (at != held_.size())
        return finish(failure(ErrorCode::unavailable, "the server said more than it was asked"));
      return finish(Outcome{std::move(leg_), std::move(facts_)});
    }
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at));
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
      if (!(scram_ && scram_->is_finished()) && !database_.address.is_local() &&
          database_.security != ServerSecurity::plain)
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
  finish(failure(ErrorCode::unavailable, "the server ended the connection during the log-in: " + end.text()));
}

void ServerLogin::finish(base::Result<Outcome> outcome) {
  deadline_.cancel();
  if (!done_) return;
  std::exchange(done_, {})(std::move(outcome));
}

}  // namespace art32::gateway
