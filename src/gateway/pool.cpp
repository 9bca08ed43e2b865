#include "gateway/pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "gateway/client_session.h"
#include "gateway/worker.h"

namespace art32::gateway {

namespace limits = base::limits;
namespace sqlstate = pgwire::sqlstate;

namespace {

constexpr std::chrono::hours without_end{24 * 365 * 100};

}  // namespace

Pool::Pool(Worker& worker, std::shared_ptr<const Database> database,
           std::shared_ptr<const Principal> principal)
    : worker_(worker), database_(std::move(database)), principal_(std::move(principal)) {
  take_limits();
}

Pool::Pool(Worker& worker, std::shared_ptr<const Database> database,
           std::shared_ptr<const Principal> principal, ServerLogin::Parameters parameters)
    : Pool(worker, std::move(database), std::move(principal)) {
  parameters_ = std::move(parameters);
  take_limits();
}

void Pool::take_limits() {
  limits_ = share_of(database_->limits, worker_.number(), worker_.workers());
  if (!is_dedicated()) return;
  // What replicates speaks no SQL that a check could use, and may be idle for as long as it likes.
  limits_.most = 1;
  limits_.least = limits_.reserve = 0;
  limits_.check = {};
  limits_.lifetime = limits_.idle = without_end;
}

Pool::~Pool() = default;

namespace {

bool leads_elsewhere(const Database& a, const Principal& one, const Database& b, const Principal& other) {
  return a.address != b.address || a.server_name != b.server_name || a.security != b.security ||
         a.tls != b.tls || (a.entrance != nullptr) != (b.entrance != nullptr) ||
         one.server_role != other.server_role || one.server_password.text() != other.server_password.text();
}

}  // namespace

void Pool::reconfigure(std::shared_ptr<const Database> database, std::shared_ptr<const Principal> principal) {
  if (!is_dedicated()) is_shut_ = false;  // it may have been gone for a while
  const bool is_stale = leads_elsewhere(*database_, *principal_, *database, *principal);
  if (is_stale) {
    ++configuration_;
    derived_ = std::make_shared<pgwire::DerivedScramKeys>();
    failures_ = 0;
    try_again_ = {};
  }
  database_ = std::move(database);
  principal_ = std::move(principal);
  take_limits();
  while (is_stale && !idle_.empty())
    retire(*idle_.back());
}

ServerCredential Pool::credential() const {
  ServerCredential credential;
  credential.role = principal_->server_role;
  credential.derived = derived_;
  if (principal_->server_password.size() > 0)
    credential.secret = principal_->server_password.clone();
  else if (keys_)
    credential.secret = keys_->clone();
  return credential;
}

void Pool::learn_keys(pgwire::ScramKeys keys) {
  keys_ = std::move(keys);
}

std::optional<pgwire::ScramKeys> Pool::keys() const {
  if (!keys_) return std::nullopt;
  return keys_->clone();
}

// The one used last whose session is as the client wants it: the fewer connections are in use,
// the warmer they are. Else the one used last. Only a few are looked at.
ServerConnection* Pool::take_idle(const ClientSession& client) {
  while (!idle_.empty()) {
    std::size_t best = idle_.size() - 1;
    bool is_as_wanted = false;
    const std::size_t most = std::min<std::size_t>(idle_.size(), limits::gateway_looked_at_servers);
    for (std::size_t i = 0; i < most; ++i) {
      const std::size_t index = idle_.size() - 1 - i;
      if (!idle_[index]->is_as_wanted_by(client)) continue;
      if (!std::exchange(is_as_wanted, true)) best = index;
      if (!idle_[index]->is_entered_for(client)) continue;
      best = index;
      break;
    }
    ServerConnection* server = idle_[best];
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(best));
    if (server->looks_alive()) return server;
    retire(*server);
  }
  return nullptr;
}

ServerConnection* Pool::request(ClientSession& client) {
  ART32_ASSERT(!client.is_closed());  // nobody would take it out of the queue again
  if (waiting_.empty() && !is_paused_)
    if (ServerConnection* server = take_idle(client)) return server;
  if (waiting_.size() >= limits::gateway_waiting_clients) {
    client.server_refused(sqlstate::too_many_connections, "too many clients wait for a server connection",
                          "raise pool_size, or look for transactions that stay open");
    return nullptr;
  }
  client.waits_since = worker_.loop().now();
  client.place_in_queue = waiting_.insert(waiting_.end(), &client);
  client.is_queued = true;
  open_if_needed();
  return nullptr;
}

void Pool::forget(ClientSession& client) {
  if (!client.is_queued) return;
  waiting_.erase(client.place_in_queue);
  client.is_queued = false;
}

std::size_t Pool::opening() const {
  return static_cast<std::size_t>(std::count_if(servers_.begin(), servers_.end(), [](const auto& server) {
    return server->state() == ServerConnection::State::opening;
  }));
}

bool Pool::may_open(TimePoint now) const {
  if (is_paused_ || is_shut_ || now < try_again_) return false;
  // One at a time while the server doesn't answer.
  if (failures_ > 0 && opening() > 0) return false;
  if (servers_.size() < limits_.most) return true;
  if (servers_.size() >= limits_.most + limits_.reserve || waiting_.empty()) return false;
  return now - waiting_.front()->waits_since >= limits_.reserve_wait;
}

void Pool::open_if_needed() {
  const TimePoint now = worker_.loop().now();
  while (waiting_.size() > opening() && may_open(now)) {
    servers_.push_back(std::make_unique<ServerConnection>(worker_, *this));
    servers_.back()->open();
  }
}

void Pool::release(ServerConnection& server) {
  if (is_shut_ || is_paused_ || server.is_spent() || is_worn(server, worker_.loop().now()))
    return retire(server);
  idle_.push_back(&server);
  hand_out();
}

// To the front: it wasn't used, so it is no reason to be used.
void Pool::server_checked(ServerConnection& server) {
  if (is_shut_ || is_paused_ || is_worn(server, worker_.loop().now())) return retire(server);
  idle_.insert(idle_.begin(), &server);
  hand_out();
}

// One at a time, so that the others are there for clients.
void Pool::check_idle(TimePoint now) {
  if (limits_.check.count() == 0) return;
  for (const auto& server : servers_) {
    if (!server->is_checking()) continue;
    if (now - server->checked() > limits_.connect) {
      base::log_warning("a server connection didn't answer and was closed", {{"database", database_->name}});
      retire(*server);
    }
    return;
  }
  const auto longest = std::min_element(
      idle_.begin(), idle_.end(), [](const auto* a, const auto* b) { return a->checked() < b->checked(); });
  if (longest == idle_.end() || now - (*longest)->checked() < limits_.check) return;
  ServerConnection& server = **longest;
  idle_.erase(longest);
  server.check();
}

void Pool::hand_out() {
  while (!is_paused_ && !waiting_.empty()) {
    ServerConnection* server = take_idle(*waiting_.front());
    if (server == nullptr) return;
    ClientSession& client = *waiting_.front();
    totals_.wait_time +=
        std::chrono::duration_cast<std::chrono::microseconds>(worker_.loop().now() - client.waits_since);
    forget(client);
    client.server_assigned(*server);
  }
}

void Pool::abandon(ServerConnection& server) {
  worker_.cancel(server, [] {});  // nobody waits for the answer any more
  retire(server);
}

void Pool::retire(ServerConnection& server) {
  server.end();
  server_gone(server);
}

void Pool::server_ready(ServerConnection& server) {
  failures_ = 0;
  try_again_ = {};
  last_host_ = server.target().host;
  // Each time: the server may have been upgraded or configured anew since.
  facts_ = ServerFacts{};
  facts_->parameters = server.facts().parameters;
  ++worker_.counters().server_logins;
  release(server);
}

void Pool::server_failed(ServerConnection& server, const base::Error& error) {
  ++failures_;
  last_failure_ = error.what;
  const auto pause = std::min<std::chrono::milliseconds>(
      limits::gateway_retry_wait * (1U << std::min(failures_ - 1, 6U)), limits::gateway_retry_most);
  try_again_ = worker_.loop().now() + pause;
  base::log_warning("no connection to the server", {{"database", database_->name},
                                                    {"error", error.message()},
                                                    {"again_ms", std::to_string(pause.count())}});
  server_gone(server);
  // Waiting helps where a server is down, not where it says no.
  if (error.code == base::ErrorCode::permission || error.code == base::ErrorCode::configuration ||
      error.code == base::ErrorCode::not_found)
    refuse_all(error);
}

void Pool::refuse_all(const base::Error& error) {
  while (!waiting_.empty()) {
    ClientSession& client = *waiting_.front();
    forget(client);
    client.server_refused(sqlstate::cannot_connect_now, "the server refused the gateway: " + error.what,
                          error.mend);
  }
}

void Pool::server_gone(ServerConnection& server) {
  std::erase(idle_, &server);
  const auto place = std::find_if(servers_.begin(), servers_.end(),
                                  [&](const auto& owned) { return owned.get() == &server; });
  ART32_ASSERT(place != servers_.end());
  worker_.bury(std::move(*place));
  servers_.erase(place);
  open_if_needed();
}

bool Pool::is_worn(const ServerConnection& server, TimePoint now) const {
  return now - server.opened() > limits_.lifetime || server.configuration() != configuration_;
}

void Pool::tend(TimePoint now) {
  while (!waiting_.empty() && now - waiting_.front()->waits_since >= limits_.wait) {
    ClientSession& client = *waiting_.front();
    forget(client);
    if (is_paused_)
      client.server_refused(sqlstate::cannot_connect_now,
                            fmt::format("the database \"{}\" is paused", database_->name),
                            "an operator ends that with RESUME on the gateway's console; try again");
    else if (failures_ > 0)
      client.server_refused(sqlstate::cannot_connect_now, "the server can't be reached: " + last_failure_,
                            "it may be restarting or failing over; try again");
    else
      client.server_refused(sqlstate::too_many_connections, "no server connection became free in time",
                            "raise pool_size, or look for transactions that stay open");
  }
  for (std::size_t i = 0; i < idle_.size();) {
    ServerConnection& server = *idle_[i];
    const bool surplus = servers_.size() > limits_.least;
    if (is_worn(server, now) || (surplus && now - server.idle_since() > limits_.idle))
      retire(server);
    else
      ++i;
  }
  check_idle(now);
  open_if_needed();
  while (servers_.size() < limits_.least && facts_ && may_open(now)) {
    servers_.push_back(std::make_unique<ServerConnection>(worker_, *this));
    servers_.back()->open();
  }
}

void Pool::pause() {
  is_paused_ = true;
  while (!idle_.empty())
    retire(*idle_.back());
}

void Pool::resume() {
  is_paused_ = false;
  hand_out();
  open_if_needed();
}

void Pool::shut() {
  is_shut_ = true;
  while (!idle_.empty())
    retire(*idle_.back());
}

Pool::Counts Pool::counts(TimePoint now) const {
  Counts counts;
  counts.idle = idle_.size();
  counts.opening = opening();
  counts.active = servers_.size() - counts.idle - counts.opening;
  counts.waiting = waiting_.size();
  if (!waiting_.empty())
    counts.longest_wait =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting_.front()->waits_since);
  return counts;
}

}  // namespace art32::gateway
