// A client's way in: start-up, TLS, who it may be (configured, or looked up at the server),
// SCRAM or a certificate, and the greeting that PostgreSQL would give.
//
// Part of a ClientSession, gone once the client is in, so that an idle client costs nothing
// of it. Bounded: limits::gateway_login_octets, Settings::login. Who doesn't exist and who
// has a wrong password get the same answer after the same work. PostgreSQL documentation,
// section 55.2.1.
#pragma once

#include <memory>
#include <string>

#include "gateway/claim_statement.h"
#include "gateway/role_lookup.h"
#include "gateway/session_settings.h"
#include "gateway/settings.h"
#include "net/loop/loop_timer.h"
#include "pgwire/negotiation.h"
#include "pgwire/opening.h"
#include "pgwire/scram_server.h"

namespace art32::gateway {

class ClientSession;
class Pool;
class ServerConnection;

class ClientLogin {
 public:
  // `address`: where the client comes from, for what is counted of it.
  ClientLogin(ClientSession& session, std::string address);

  void take(base::ByteView octets);
  void secured();  // TLS stands
  // The session is over: nothing of what is being looked up comes back.
  void abandon() {
    state_ = State::over;
    lookup_.reset();
  }
  void server_came(ServerConnection& server);  // that was asked for to learn the greeting

 private:
  // looking_up: the user, or the token that was shown.
  enum class State { opening, tls, looking_up, scram_first, scram_final, claim, greeting, over };

  void read_opening();
  void read_messages();
  void cancel(const pgwire::CancelRequest& request);
  void answer_ssl();
  void begin_session(const pgwire::StartupMessage& startup);
  void find_principal();
  bool may_still_come() const;
  void looked_up(RoleLookup::Answer role);
  bool shows_certificate() const;
  void welcome();
  void offer_scram();
  void ask_claim();
  void take_shown_claim(base::ByteView body);
  void refuse_shown();
  void find_bearer(std::string_view token);
  void take_bearer(base::Result<std::optional<model::Bearer>> found);
  void take_response(base::ByteView body);
  bool take_parameters(const pgwire::StartupMessage& startup);
  void take_claim();
  void proved();
  bool is_let_in(const Database& database);
  void open_console(const Principal& principal);
  void begin_replication(const std::shared_ptr<const Database>& database);
  void enter(Pool& pool, SettingsId settings);
  std::shared_ptr<const Database> wanted_database() const;
  void greet();
  std::vector<std::string> settings_of_startup() const;
  std::string parameter(std::string_view name) const;  // of the start-up; empty without
  void refuse(const pgwire::Refusal& refusal);
  void refuse_password();
  void refuse_tries();

  ClientSession& session_;
  std::string address_;
  net::LoopTimer deadline_;
  std::shared_ptr<const Settings> settings_;
  State state_ = State::opening;
  pgwire::Opening opening_;
  pgwire::ProtocolVersion version_;
  base::Bytes held_;
  pgwire::Replication replication_ = pgwire::Replication::none;
  std::string user_;
  std::string database_;
  std::vector<std::pair<std::string, std::string>> parameters_;
  std::optional<ClaimStatement> claim_;         // whom the session acts for from its beginning
  std::optional<model::Bearer> bearer_;         // the same, by an API token
  std::shared_ptr<const Principal> principal_;  // null: nobody has that name
  std::shared_ptr<void> lookup_;
  std::unique_ptr<pgwire::ScramServer> scram_;
};

}  // namespace art32::gateway
