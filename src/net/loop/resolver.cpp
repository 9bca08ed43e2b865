#include "net/loop/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>

#include "base/limits.h"
#include "net/loop/event_loop.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

struct Job {
  std::string host;
  std::uint16_t port = 0;
  std::weak_ptr<Resolver::Found> found;
};

}  // namespace

// Shared with the threads; everything but `lookup` is guarded by `mutex`.
struct Resolver::State {
  Lookup lookup;
  std::mutex mutex;
  EventLoop* loop = nullptr;  // null once the resolver has gone
  std::deque<Job> waiting;
  std::condition_variable changed;
  unsigned idle = 0;  // threads that wait for something to look up

  // Called with the mutex held, so that the loop can't go meanwhile.
  void answer(const std::weak_ptr<Found>& found, base::Result<Addresses> result) const {
    if (loop == nullptr) return;
    loop->post([found, result = std::move(result)] {
      if (const auto call = found.lock()) (*call)(result);
    });
  }

  void work() {
    std::unique_lock lock(mutex);
    while (true) {
      ++idle;
      changed.wait(lock, [this] { return loop == nullptr || !waiting.empty(); });
      --idle;
      if (loop == nullptr) return;
      const Job job = std::move(waiting.front());
      waiting.pop_front();
      if (job.found.expired()) continue;
      lock.unlock();
      auto result = lookup(job.host, job.port);
      lock.lock();
      answer(job.found, std::move(result));
    }
  }
};

Resolver::Resolver(EventLoop& loop, Lookup lookup) : state_(std::make_unique<State>()) {
  state_->lookup = std::move(lookup);
  state_->loop = &loop;
}

Resolver::~Resolver() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->loop = nullptr;
    state_->waiting.clear();
  }
  state_->changed.notify_all();
}

std::shared_ptr<void> Resolver::find(const std::string& host, std::uint16_t port, Found found) {
  auto wanted = std::make_shared<Found>(std::move(found));
  const std::scoped_lock lock(state_->mutex);
  if (state_->waiting.size() >= base::limits::resolver_waiting) {
    state_->answer(wanted, failure(ErrorCode::exhausted, "too many host names wait to be looked up",
                                   "is the name server down?"));
    return wanted;
  }
  state_->waiting.push_back({host, port, wanted});
  if (state_->waiting.size() > state_->idle && threads_.size() < base::limits::resolver_threads)
    threads_.emplace_back([state = state_.get()] { state->work(); });
  state_->changed.notify_one();
  return wanted;
}

base::Result<Resolver::Addresses> Resolver::system_lookup(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error != 0)
    return failure(ErrorCode::unavailable, "cannot look up \"" + host + "\": " + ::gai_strerror(error),
                   "check the name, and the name server");
  Addresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_addrlen > sizeof(sockaddr_storage)) continue;
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(address.native(), entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return failure(ErrorCode::unavailable, "\"" + host + "\" has no address");
  return addresses;
}

}  // namespace art32::net
