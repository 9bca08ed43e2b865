// Signs in to a PostgreSQL server: start-up, SCRAM (with channel binding where it can be),
// and what the server tells until it is ready.
//
// Lives on the loop's thread; `done` is called once from the loop, unless the object goes
// first. Only SCRAM-SHA-256 is spoken, and trust only over a unix socket: a server that
// asks for a clear or an MD5 password gets none. PostgreSQL documentation, section 55.2.1.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "gateway/server_dial.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/scram_client.h"

namespace art32::gateway {

struct ServerCredential {
  std::string role;
  std::variant<std::monostate, base::Secret, pgwire::ScramKeys> secret;
};

// What a server says of itself at log-in.
struct ServerFacts {
  std::map<std::string, std::string> parameters;  // ParameterStatus
  std::uint32_t process_id = 0;
  base::Bytes cancel_key;
};

class ServerLogin final : public net::LegHandler {
 public:
  struct Outcome {
    std::unique_ptr<net::Leg> leg;
    ServerFacts facts;
  };
  using Done = std::function<void(base::Result<Outcome>)>;

  ServerLogin(net::EventLoop& loop, const Database& database, ServerCredential credential, Done done);
  void start();

 private:
  void dialled(base::Result<std::unique_ptr<net::Leg>> leg);
  void on_octets(base::ByteView octets) override;
  void on_secured() override {}
  void on_drained() override {}
  void on_end(const net::StreamEnd& end) override;

  base::Result<bool> take(std::uint8_t type, base::ByteView body);  // true: ready
  base::Status authenticate(base::ByteView body);
  base::Status begin_scram(const pgwire::Authentication& offer);
  base::Error refusal(base::ByteView body) const;
  void finish(base::Result<Outcome> outcome);

  net::EventLoop& loop_;
  const Database& database_;
  ServerCredential credential_;
  Done done_;
  net::LoopTimer deadline_;
  ServerDial dial_;
  std::unique_ptr<net::Leg> leg_;
  std::unique_ptr<pgwire::ScramClient> scram_;
  bool is_authenticated_ = false;
  base::Bytes held_;
  ServerFacts facts_;
};

}  // namespace art32::gateway
