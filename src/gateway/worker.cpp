#include "gateway/worker.h"

#include <condition_variable>
#include <mutex>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "gateway/cancel_dial.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;

namespace {

constexpr auto tick = std::chrono::milliseconds(500);

}  // namespace

Worker::Worker(unsigned number, std::unique_ptr<net::EventLoop> loop,
               std::shared_ptr<const Settings> settings, CancelRouter router)
    : number_(number),
      loop_(std::move(loop)),
      settings_(std::move(settings)),
      router_(std::move(router)),
      tick_(*loop_, [this] { tend(); }) {
  ART32_ASSERT(number < 256);
}

Worker::~Worker() {
  stop();
}

void Worker::start() {
  tick_.set(tick);
  thread_ = std::thread([this] {
    loop_->run();
    shut_down();
  });
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  loop_->stop();
  thread_.join();
}

void Worker::shut_down() {
  while (!sessions_.empty())
    sessions_.begin()->second->fail(sqlstate::admin_shutdown, "the gateway is shutting down",
                                    "connect again");
  cancels_.clear();
  for (auto& [name, pool] : pools_)
    pool->shut();
  pools_.clear();
  graveyard_.clear();
}

void Worker::adopt(net::Descriptor socket, bool is_local) {
  loop_->post([this, held = std::make_shared<net::Descriptor>(std::move(socket)), is_local] {
    take(std::move(*held), is_local);
  });
}

void Worker::take(net::Descriptor socket, bool is_local) {
  ++counters_.connections;
  const std::uint64_t number = ++last_session_;
  auto session = std::make_unique<ClientSession>(*this, std::move(socket), number, is_local);
  ClientSession& added = *session;
  sessions_.emplace(number, std::move(session));
  counters_.clients.set(sessions_.size());
  if (sessions_.size() > settings_->most_clients)
    added.fail(sqlstate::too_many_connections, "too many clients",
               "raise most_clients, or pool in the application");
}

void Worker::remove(ClientSession& session) {
  cancel_ids_.erase(session.cancel_id);
  const auto place = sessions_.find(session.number());
  ART32_ASSERT(place != sessions_.end());
  bury(std::move(place->second));
  sessions_.erase(place);
  counters_.clients.set(sessions_.size());
}

void Worker::bury(std::shared_ptr<void> dead) {
  graveyard_.push_back(std::move(dead));
  if (std::exchange(burial_due_, true)) return;
  loop_->post([this] {
    burial_due_ = false;
    const auto dead_now = std::exchange(graveyard_, {});
  });
}

Pool& Worker::pool(const std::shared_ptr<const Settings>& settings, const Database& database,
                   const Principal& principal) {
  auto& pool = pools_[{database.name, principal.name}];
  if (!pool) pool = std::make_unique<Pool>(*this, settings, database, principal);
  return *pool;
}

void Worker::reload(std::shared_ptr<const Settings> settings) {
  loop_->post([this, settings = std::move(settings)] {
    settings_ = settings;
    for (auto& [name, pool] : pools_) {
      const auto database = settings->databases.find(name.first);
      const auto principal = settings->principals.find(name.second);
      if (database != settings->databases.end() && principal != settings->principals.end())
        pool->reconfigure(settings, database->second, principal->second);
    }
  });
}

// Four octets of id: the worker, and a number that isn't given twice at a time.
void Worker::give_cancel_key(ClientSession& session, pgwire::ProtocolVersion version) {
  do {
    std::uint8_t random[3];
    crypto::fill_random(random);
    session.cancel_id = number_ << 24 | static_cast<unsigned>(random[0]) << 16 |
                        static_cast<unsigned>(random[1]) << 8 | random[2];
  } while (!cancel_ids_.emplace(session.cancel_id, &session).second);
  session.cancel_key = crypto::random_bytes(
      version == pgwire::protocol_3_0 ? pgwire::smallest_cancel_key : limits::gateway_cancel_key_octets);
}

void Worker::cancel_client(std::uint32_t id, base::Bytes key) {
  loop_->post([this, id, key = std::move(key)] {
    const auto found = cancel_ids_.find(id);
    if (found == cancel_ids_.end() || !crypto::equal_constant_time(found->second->cancel_key, key)) return;
    ++counters_.cancels;
    found->second->cancel();
  });
}

void Worker::cancel(ServerConnection& server) {
  if (cancels_.size() >= limits::gateway_cancels) return;
  const auto alive = server.cancel_started();
  const auto place = cancels_.insert(cancels_.end(), nullptr);
  *place = std::make_unique<CancelDial>(*loop_, server.pool().database(), server.facts().process_id,
                                        server.facts().cancel_key, [this, alive, &server, place](bool acted) {
                                          bury(std::move(*place));
                                          cancels_.erase(place);
                                          if (!alive.expired()) server.cancel_ended(acted);
                                        });
  (*place)->start();
}

void Worker::tend() {
  tick_.set(tick);
  for (auto& [name, pool] : pools_)
    pool->tend(loop_->now());
}

void Worker::ask(const std::function<void(Worker&)>& question) {
  std::mutex mutex;
  std::condition_variable answered;
  bool done = false;
  loop_->post([&] {
    question(*this);
    const std::lock_guard lock(mutex);
    done = true;
    answered.notify_one();
  });
  std::unique_lock lock(mutex);
  answered.wait(lock, [&] { return done; });
}

}  // namespace art32::gateway
