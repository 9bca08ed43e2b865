// Users whom the configuration doesn't name, looked up at the server of the database that they
// want: the auth query.
//
// One connection of a worker for a database, signed in as the role that asks, opened when
// somebody is to be looked up, closed when it was idle for as long as a pool's. Nothing that a
// client sends gets to it but a user name, as the value of a parameter; its search_path is
// pg_catalog alone, so that a name without a schema can't mean somebody's own function. What
// was found isn't kept: a password that changed, and one that ran out, count from then on.
//
// Worker's thread only.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "gateway/server_login.h"
#include "gateway/settings.h"
#include "net/loop/leg.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class RoleLookup final : public net::LegHandler {
 public:
  struct Role {
    std::string name;  // at the server
    pgwire::ScramVerifier verifier;
  };
  // Nothing where nobody may sign in by that name: there is none, it has no password that
  // SCRAM can use, or it isn't valid any more. An error where the server can't be asked.
  using Answer = base::Result<std::optional<Role>>;
  using Done = std::function<void(Answer)>;

  RoleLookup(net::EventLoop& loop, net::Resolver& resolver, std::shared_ptr<const Database> database);

  // `done` is called from the loop, once, unless the returned question goes first.
  [[nodiscard]] std::shared_ptr<void> find(const std::string& user, Done done);
  // What is under way is asked anew. Null: the database is gone, and with it whoever was there.
  void reconfigure(std::shared_ptr<const Database> database);
  void tend(std::chrono::steady_clock::time_point now);

 private:
  struct Question {
    std::string user;
    Done done;
    bool was_lost = false;  // with its connection
  };

  void go_on();
  void dial();
  void signed_in(base::Result<ServerLogin::Outcome> outcome);
  void ask();
  void on_octets(base::ByteView octets) override;
  void on_secured() override {}
  void on_drained() override {}
  void on_end(const net::StreamEnd& end) override;
  base::Status take(std::uint8_t type, base::ByteView body);
  void take_row(base::ByteView body);
  void lost(const base::Error& error);
  void hang_up();
  void warn(const base::Error& error) const;
  void refuse(const base::Error& error);
  void answer(Answer answer);
  void answer_all(const std::function<Answer()>& make);

  net::EventLoop& loop_;
  net::Resolver& resolver_;
  std::shared_ptr<const Database> database_;
  net::LoopTimer next_;      // goes on from the loop
  net::LoopTimer deadline_;  // of the question that is asked
  std::list<std::weak_ptr<Question>> questions_;
  std::unique_ptr<ServerLogin> login_;
  std::unique_ptr<net::Leg> leg_;
  std::chrono::steady_clock::time_point used_{};
  base::Bytes held_;
  // Of the question at the front:
  bool is_asking_ = false;
  std::size_t rows_ = 0;
  std::optional<Role> role_;
  std::optional<base::Error> error_;
};

}  // namespace art32::gateway
