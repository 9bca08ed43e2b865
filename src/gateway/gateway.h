// The gateway as a service: listens for PostgreSQL clients, lends them connections to the
// server, and lets nobody in who hasn't shown a password.
//
// Owns its workers and their threads. Public functions may be called from any one thread at
// a time; settings are checked before they come here (app/gateway_settings.h).
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/commons.h"
#include "gateway/hand_over_link.h"
#include "gateway/settings.h"
#include "gateway/switchboard.h"
#include "gateway/worker.h"
#include "net/loop/acceptor.h"

namespace art32::gateway {

// What another process leaves to this one; the sockets listen.
struct Inheritance {
  net::Descriptor socket, local_socket;  // not open: this one makes its own
  unsigned generation = 0;               // of the processes that took over, this one
};

class Gateway final : public Switchboard {
 public:
  // `conflict` when the port is taken.
  static base::Result<std::unique_ptr<Gateway>> start(std::shared_ptr<const Settings> settings,
                                                      Inheritance inheritance = {});
  ~Gateway() override;

  std::uint16_t port() const { return port_; }
  net::LoopBackend backend() const { return backend_; }
  // Clients that are signed in stay; what changed holds for the next ones.
  void reload(std::shared_ptr<const Settings> settings);
  // No new clients; idle ones end at once, the others with their transaction, at the latest
  // after Settings::drain.
  void stop();

  // What the next process needs; the gateway keeps its own.
  base::Result<Inheritance> bequeath() const;
  // New connections wait in the kernel meanwhile.
  void pause_accepting();
  void resume_accepting();
  // Staff and the console's users end: with their transaction, at the latest after
  // Settings::drain. From then on `settings` hold, which know none of them.
  void end_staff(std::shared_ptr<const Settings> settings);
  void welcome_staff();  // again
  // From here on clients come from the process at the other end, or go there as soon as all
  // of their session can; requests to cancel go both ways.
  void take_from(net::DescriptorChannel predecessor);
  void hand_over_to(net::DescriptorChannel successor);
  enum class HandOver { under_way, done, successor_gone };
  HandOver hand_over() const;
  std::size_t clients() const { return commons_.clients; }
  bool is_paused() const;

  // Any thread; `done` may never be called once stop() has begun.
  void cancel_client(std::uint32_t id, base::Bytes key, std::function<void()> done) override;
  void survey(std::function<void(GatewayReport)> done) override;
  void pause(const std::string& database) override;
  void resume(const std::string& database) override;

  std::vector<const Counters*> counters() const;
  const std::vector<std::unique_ptr<Worker>>& workers() const { return workers_; }

 private:
  Gateway() = default;
  base::Status listen(const Settings& settings, Inheritance inheritance);
  void on_accepting_loop(const std::function<void()>& call);
  void cancel_here(std::uint32_t id, base::Bytes key, std::function<void()> done);
  void cancel_at(HandOverLink* Gateway::*link, std::uint32_t id, base::ByteView key);
  void drain();
  void give(net::Descriptor socket, bool is_local, const std::string& address);

  Commons commons_;  // of the workers
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<net::EventLoop> accepting_;  // a loop of its own: accepting waits for no worker
  std::unique_ptr<net::Acceptor> acceptor_;
  std::unique_ptr<net::Acceptor> local_acceptor_;
  std::thread thread_;
  std::unique_ptr<HandOverLink> predecessor_;
  std::unique_ptr<HandOverLink> successor_;
  mutable std::mutex mutex_;                // of the three below
  HandOverLink* to_predecessor_ = nullptr;  // the same as above, until they go
  HandOverLink* to_successor_ = nullptr;
  std::set<std::string> paused_;  // databases; an empty name is all of them
  unsigned generation_ = 0;
  std::size_t next_worker_ = 0;
  std::chrono::milliseconds drain_{0};
  std::uint16_t port_ = 0;
  net::LoopBackend backend_ = net::LoopBackend::epoll;
};

}  // namespace art32::gateway
