// A client's way in: start-up, TLS, SCRAM, and the greeting that PostgreSQL would give.
//
// Part of a ClientSession, gone once the client is in, so that an idle client costs nothing
// of it. Bounded: limits::gateway_login_octets, Settings::login. Who doesn't exist and who
// has a wrong password get the same answer after the same work. PostgreSQL documentation,
// section 55.2.1.
#pragma once

#include <memory>
#include <string>

#include "gateway/settings.h"
#include "net/loop/loop_timer.h"
#include "pgwire/negotiation.h"
#include "pgwire/opening.h"
#include "pgwire/scram_server.h"

namespace art32::gateway {

class ClientSession;
class ServerConnection;

class ClientLogin {
 public:
  explicit ClientLogin(ClientSession& session);

  void take(base::ByteView octets);
  void secured();                              // TLS stands
  void server_came(ServerConnection& server);  // that was asked for to learn the greeting

 private:
  enum class State { opening, tls, scram_first, scram_final, greeting, over };

  void read_opening();
  void read_messages();
  void answer_ssl();
  void begin_session(const pgwire::StartupMessage& startup);
  void offer_scram();
  void take_response(base::ByteView body);
  void proved();
  void greet();
  void refuse(const pgwire::Refusal& refusal);
  void refuse_password();

  ClientSession& session_;
  net::LoopTimer deadline_;
  std::shared_ptr<const Settings> settings_;
  State state_ = State::opening;
  pgwire::Opening opening_;
  pgwire::ProtocolVersion version_;
  base::Bytes held_;
  std::string user_;
  std::string database_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::unique_ptr<pgwire::ScramServer> scram_;
};

}  // namespace art32::gateway
