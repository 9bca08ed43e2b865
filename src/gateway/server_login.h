// Signs in to a PostgreSQL server: start-up, SCRAM (with channel binding where it can be),
// and what the server tells until it is ready.
//
// A configured host may be a name, which is looked up each time, and there may be several:
// they are tried in turn, each address by itself, the one that was well last time first. Of
// several only one that isn't in recovery is used, so that after a fail-over the new primary
// is found. Each attempt has PoolLimits::connect.
//
// Lives on the loop's thread; `done` is called once from the loop, unless the object goes
// first. Only SCRAM-SHA-256 is spoken, and trust only over a unix socket: a server that
// asks for a clear or an MD5 password gets none. PostgreSQL documentation, section 55.2.1.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/server_dial.h"
#include "net/loop/resolver.h"
#include "pgwire/authentication.h"
#include "pgwire/backend.h"
#include "pgwire/scram_client.h"

namespace art32::gateway {

struct ServerCredential {
  std::string role;
  std::variant<std::monostate, base::Secret, pgwire::ScramKeys> secret;
  // Of the password: hashing it takes more than a millisecond of the loop.
  std::shared_ptr<pgwire::DerivedScramKeys> derived;
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
    ServerTarget target;
  };
  using Done = std::function<void(base::Result<Outcome>)>;

  // `first`: the host to begin with, as the configuration spells it.
  ServerLogin(net::EventLoop& loop, net::Resolver& resolver, std::shared_ptr<const Database> database,
              ServerCredential credential, std::string first, Done done);
  // Of the start-up packet, beside user and database; before start().
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  void set_parameters(Parameters parameters) { parameters_ = std::move(parameters); }
  void start();

 private:
  // A host that hasn't been looked up, or an address.
  struct Candidate {
    std::string host;
    std::optional<net::SocketAddress> address;
  };

  void try_next();
  void attempt(ServerTarget target);
  void found(const std::string& host, const base::Result<net::Resolver::Addresses>& addresses);
  void attempt_failed(const base::Error& error);

  void dialled(base::Result<std::unique_ptr<net::Leg>> leg);
  void on_octets(base::ByteView octets) override;
  void on_secured() override {}
  void on_drained() override {}
  void on_end(const net::StreamEnd& end) override;

  base::Result<bool> take(std::uint8_t type, base::ByteView body);  // true: ready
  base::Status authenticate(base::ByteView body);
  base::Status begin_scram(const pgwire::Authentication& offer);
  base::Status check_role() const;
  base::Error refusal(base::ByteView body) const;
  void finish(base::Result<Outcome> outcome);

  net::EventLoop& loop_;
  net::Resolver& resolver_;
  std::shared_ptr<const Database> database_;
  ServerCredential credential_;
  std::string first_;
  Parameters parameters_{{"application_name", "art32"}};
  Done done_;
  net::LoopTimer deadline_;  // of an attempt
  net::LoopTimer next_;      // tries the next one, from the loop
  std::deque<Candidate> candidates_;
  bool has_choice_ = false;  // among several hosts
  std::optional<base::Error> error_;
  std::shared_ptr<void> lookup_;
  // Of the attempt that runs:
  bool is_attempting_ = false;
  ServerTarget target_;
  std::unique_ptr<ServerDial> dial_;
  std::unique_ptr<net::Leg> leg_;
  std::unique_ptr<pgwire::ScramClient> scram_;
  bool is_authenticated_ = false;
  base::Bytes held_;
  ServerFacts facts_;
};

}  // namespace art32::gateway
