#include "gateway/worker.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "gateway/cancel_dial.h"
#include "gateway/cancel_ids.h"
#include "gateway/farewell.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;

namespace {

constexpr auto tick = std::chrono::milliseconds(500);

}  // namespace

Worker::Worker(unsigned number, unsigned generation, std::unique_ptr<net::EventLoop> loop,
               std::shared_ptr<const Settings> settings, Switchboard& switchboard, Commons& commons)
    : number_(number),
      generation_(generation),
      workers_(settings->workers),
      loop_(std::move(loop)),
      mailbox_(std::make_shared<net::LoopMailbox>(*loop_)),
      settings_(std::move(settings)),
      resolver_(*loop_, settings_->lookup),
      off_loop_(*loop_, base::limits::bearer_threads, base::limits::bearer_waiting),
      switchboard_(switchboard),
      commons_(commons),
      settings_book_([this] { return used_settings(); }),
      tick_(*loop_, [this] { tend(); }) {
  ART32_ASSERT(number < most_workers && number < workers_);
}

Worker::~Worker() {
  stop();
  mailbox_->close();
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
  farewells_.clear();
  cancels_.clear();
  for (auto& [name, pool] : pools_)
    pool->shut();
  pools_.clear();
  role_lookups_.clear();
  graveyard_.clear();
}

void Worker::adopt(net::Descriptor socket, bool is_local, const std::string& address) {
  loop_->post([this, held = std::make_shared<net::Descriptor>(std::move(socket)), is_local, address] {
    take(std::move(*held), is_local, address);
  });
}

void Worker::take(net::Descriptor socket, bool is_local, const std::string& address) {
  ++counters_.connections;
  const std::uint64_t number = ++last_session_;
  auto session = std::make_unique<ClientSession>(*this, std::move(socket), number, is_local, address);
  ClientSession& added = *session;
  sessions_.emplace(number, std::move(session));
  counters_.clients.set(sessions_.size());
  logins_.add(added, address);
  const unsigned clients = ++commons_.clients;
  if (is_draining_) return added.end_if_idle();
  if (clients > settings_->most_clients)
    return added.fail(sqlstate::too_many_connections, "too many clients",
                      "raise most_clients, or pool in the application");
  ClientSession* surplus =
      logins_.surplus(address, std::max(1U, share_of(settings_->most_logins, number_, workers_)),
                      std::max(1U, share_of(settings_->most_logins_of_address, number_, workers_)));
  if (surplus != nullptr)
    surplus->fail(sqlstate::too_many_connections, "too many connections haven't logged in",
                  "log in right after connecting; pool connections in the application");
}

void Worker::remove(ClientSession& session) {
  --commons_.clients;
  logins_.remove(session);
  if (const auto id = cancel_ids_.find(session.cancel_id); id != cancel_ids_.end() && id->second == &session)
    cancel_ids_.erase(id);
  const auto place = sessions_.find(session.number());
  ART32_ASSERT(place != sessions_.end());
  bury(std::move(place->second));
  sessions_.erase(place);
  counters_.clients.set(sessions_.size());
}

void Worker::say_farewell(std::unique_ptr<net::Leg> leg) {
  if (farewells_.size() >= limits::gateway_lingering) {
    bury(std::move(farewells_.front()));
    farewells_.pop_front();
  }
  const auto place = farewells_.insert(farewells_.end(), nullptr);
  *place = std::make_unique<Farewell>(*loop_, std::move(leg), [this, place] {
    bury(std::move(*place));
    farewells_.erase(place);
  });
}

void Worker::bury(std::shared_ptr<void> dead) {
  graveyard_.push_back(std::move(dead));
  if (std::exchange(burial_due_, true)) return;
  loop_->post([this] {
    burial_due_ = false;
    const auto dead_now = std::exchange(graveyard_, {});
  });
}

Pool& Worker::pool(const std::shared_ptr<const Database>& database,
                   const std::shared_ptr<const Principal>& principal) {
  auto& pool = pools_[{database->name, principal->name}];
  if (!pool) {
    pool = std::make_unique<Pool>(*this, database, principal);
    if (paused_.contains("") || paused_.contains(database->name)) pool->pause();
  } else if (principal->is_looked_up) {
    pool->reconfigure(database, principal);  // it may be another role at the server today
  }
  return *pool;
}

Pool& Worker::replication_pool(std::shared_ptr<const Database> database,
                               std::shared_ptr<const Principal> principal, const ClientSession& session,
                               ServerLogin::Parameters parameters) {
  auto& pool = pools_[{database->name, principal->name, session.number()}];
  pool = std::make_unique<Pool>(*this, std::move(database), std::move(principal), std::move(parameters));
  return *pool;
}

RoleLookup& Worker::role_lookup(const std::shared_ptr<const Database>& database) {
  return role_lookups_.try_emplace(database->name, *loop_, resolver_, database).first->second;
}

void Worker::pause(const std::string& database) {
  paused_.insert(database);
  for (auto& [key, pool] : pools_)
    if ((database.empty() || key.database == database) && !pool->is_dedicated()) pool->pause();
}

void Worker::resume(const std::string& database) {
  if (database.empty())
    paused_.clear();
  else
    paused_.erase(database);
  for (auto& [key, pool] : pools_)
    if (!paused_.contains("") && !paused_.contains(key.database)) pool->resume();
}

// False where the configuration doesn't know it any more.
bool Worker::configure(Pool& pool) {
  const auto database = find_database(settings_, pool.database().name);
  if (!database) return false;
  auto principal = find_principal(settings_, pool.principal().name);
  if (!principal && pool.principal().is_looked_up && database->auth_query)
    principal = pool.shared_principal();
  if (!principal || (pool.is_dedicated() && !principal->may_replicate)) return false;
  pool.reconfigure(database, std::move(principal));
  return true;
}

void Worker::reload(std::shared_ptr<const Settings> settings) {
  loop_->post([this, settings = std::move(settings)] {
    settings_ = settings;
    for (auto& [name, pool] : pools_)
      if (!configure(*pool)) end_pool(*pool);
    for (auto lookup = role_lookups_.begin(); lookup != role_lookups_.end();) {
      const auto database = find_database(settings_, lookup->first);
      lookup->second.reconfigure(database);  // null: nobody is found any more
      lookup = database ? std::next(lookup) : role_lookups_.erase(lookup);
    }
  });
}

// Of a database or a principal that isn't configured any more: who uses it has no right to.
void Worker::end_pool(Pool& pool) {
  std::vector<ClientSession*> users;
  for (const auto& [number, session] : sessions_)
    if (session->pool() == &pool) users.push_back(session.get());
  for (ClientSession* session : users)
    session->fail(sqlstate::admin_shutdown, "this user or database isn't configured any more");
  pool.shut();
}

void Worker::give_cancel_key(ClientSession& session, pgwire::ProtocolVersion version) {
  do {
    std::uint8_t random[4];
    crypto::fill_random(random);
    session.cancel_id = make_cancel_id(generation_, number_, base::get_u32(random));
  } while (!cancel_ids_.emplace(session.cancel_id, &session).second);
  session.cancel_key = crypto::random_bytes(
      version == pgwire::protocol_3_0 ? pgwire::smallest_cancel_key : limits::gateway_cancel_key_octets);
}

void Worker::cancel_client(std::uint32_t id, base::Bytes key, std::function<void()> done) {
  loop_->post([this, id, key = std::move(key), done = std::move(done)] {
    const auto found = cancel_ids_.find(id);
    if (found == cancel_ids_.end() || !crypto::equal_constant_time(found->second->cancel_key, key))
      return done();
    ++counters_.cancels;
    found->second->cancel(done);
  });
}

void Worker::cancel(ServerConnection& server, std::function<void()> done) {
  if (cancels_.size() >= limits::gateway_cancels) {
    ++counters_.dropped_cancels;
    return done();
  }
  const auto alive = server.cancel_started();
  const auto place = cancels_.insert(cancels_.end(), nullptr);
  *place = std::make_unique<CancelDial>(*loop_, server.pool().shared_database(), server.target(),
                                        server.facts().process_id, server.facts().cancel_key,
                                        [this, alive, &server, place, done = std::move(done)](bool acted) {
                                          bury(std::move(*place));
                                          cancels_.erase(place);
                                          if (!alive.expired()) server.cancel_ended(acted);
                                          done();
                                        });
  (*place)->start();
}

void Worker::close_session(std::uint64_t number) {
  loop_->post([this, number] {
    if (const auto found = sessions_.find(number); found != sessions_.end()) found->second->close();
  });
}

SettingsBook::Used Worker::used_settings() const {
  SettingsBook::Used used;
  for (const auto& [number, session] : sessions_) {
    used.lists.insert(session->settings());
    used.lists.insert(session->startup_settings());
    if (const ClientClaims* claims = session->claims(); claims && claims->settings_of_all)
      used.lists.insert(*claims->settings_of_all);
  }
  for (const auto& [key, pool] : pools_)
    for (const auto& server : pool->servers())
      used.lists.insert(server->settings());
  statements_.collect_views(used.views);
  return used;
}

void Worker::tend() {
  tick_.set(tick);
  for (auto& [name, pool] : pools_)
    pool->tend(loop_->now());
  for (auto& [name, lookup] : role_lookups_)
    lookup.tend(loop_->now());
  // Nobody refers to what is left of a pool that was ended a turn ago.
  std::erase_if(pools_, [](const auto& entry) { return entry.second->is_over(); });
}

void Worker::drain() {
  is_draining_ = true;
  std::vector<ClientSession*> all;
  for (const auto& [number, session] : sessions_)
    all.push_back(session.get());
  for (ClientSession* session : all)
    session->end_if_idle();
}

void Worker::post(std::function<void(Worker&)> task) {
  loop_->post([this, task = std::move(task)] { task(*this); });
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
