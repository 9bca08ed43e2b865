#include "gateway/server_dial.h"

#include <fmt/format.h>

#include <utility>

#include "net/keep_alive.h"
#include "net/loop/event_loop.h"
#include "pgwire/opening.h"

namespace art32::gateway {

using base::ErrorCode;
using base::failure;

ServerDial::ServerDial(net::EventLoop& loop, std::shared_ptr<const Database> database, ServerTarget target,
                       Done done)
    : loop_(loop), database_(std::move(database)), target_(std::move(target)), done_(std::move(done)) {}

void ServerDial::start() {
  connect_ = std::make_unique<net::StreamConnect>(
      loop_, target_.address, database_->limits.connect,
      [this](base::Result<net::Descriptor> socket) { connected(std::move(socket)); });
}

void ServerDial::connected(base::Result<net::Descriptor> socket) {
  if (!socket) return finish(tl::unexpected<base::Error>(socket.error()));
  net::keep_alive(socket->number());
  leg_ = std::make_unique<net::Leg>(loop_, std::move(*socket), *this);
  if (database_->security == ServerSecurity::plain) return finish(std::move(leg_));
  base::Bytes request;
  pgwire::put_ssl_request(request);
  asked_ = true;
  leg_->send(request);
}

void ServerDial::on_octets(base::ByteView octets) {
  if (!std::exchange(asked_, false))
    return finish(failure(ErrorCode::unavailable, "the server spoke before it was asked"));
  switch (pgwire::read_encryption_answer(octets, pgwire::Transport::tls)) {
    case pgwire::EncryptionAnswer::accepted: {
      const std::string& name = database_->address.name;
      return leg_->connect_tls(*database_->tls, name.empty() ? target_.host : name);
    }
    case pgwire::EncryptionAnswer::refused:
      return finish(failure(ErrorCode::configuration,
                            fmt::format("the server of \"{}\" offers no TLS", database_->name),
                            "set ssl = on there; or, if it must be so, server_security = \"plain\" here"));
    case pgwire::EncryptionAnswer::needs_more:
      asked_ = true;
      return;
    case pgwire::EncryptionAnswer::invalid:
      return finish(failure(ErrorCode::unavailable,
                            "the server's answer to the request for TLS makes no sense",
                            "is it a PostgreSQL server?"));
  }
}

void ServerDial::on_secured() {
  finish(std::move(leg_));
}

void ServerDial::on_end(const net::StreamEnd& end) {
  if (leg_ && !leg_->failure().empty())
    return finish(
        failure(ErrorCode::permission,
                fmt::format("TLS with the server of \"{}\" failed: {}", database_->name, leg_->failure()),
                "check server_authority and that the certificate is for the server's name"));
  finish(failure(ErrorCode::unavailable, "the server ended the connection: " + end.text()));
}

void ServerDial::finish(base::Result<std::unique_ptr<net::Leg>> result) {
  if (!done_) return;
  std::exchange(done_, {})(std::move(result));
}

}  // namespace art32::gateway
