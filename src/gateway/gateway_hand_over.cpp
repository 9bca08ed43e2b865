// A gateway that another process takes over, or that takes over from one.
#include <algorithm>
#include <future>

#include "gateway/cancel_ids.h"
#include "gateway/gateway.h"
#include "net/listening_socket.h"

namespace art32::gateway {
namespace {

constexpr std::chrono::milliseconds staff_look{10};

}  // namespace

base::Result<Inheritance> Gateway::bequeath() const {
  Inheritance inheritance;
  inheritance.generation = (generation_ + 1) % generations;
  ART32_ASSIGN(inheritance.socket, net::copy_of(acceptor_->descriptor()));
  if (local_acceptor_) {
    ART32_ASSIGN(inheritance.local_socket, net::copy_of(local_acceptor_->descriptor()));
  }
  return inheritance;
}

void Gateway::on_accepting_loop(const std::function<void()>& call) {
  std::promise<void> done;
  accepting_->post([&] {
    call();
    done.set_value();
  });
  done.get_future().wait();
}

void Gateway::pause_accepting() {
  on_accepting_loop([this] {
    acceptor_->pause();
    if (local_acceptor_) local_acceptor_->pause();
  });
}

void Gateway::resume_accepting() {
  on_accepting_loop([this] {
    acceptor_->resume();
    if (local_acceptor_) local_acceptor_->resume();
  });
}

void Gateway::end_staff(std::shared_ptr<const Settings> settings) {
  const auto until = std::chrono::steady_clock::now() + settings->drain;
  const auto count = [this] {
    std::size_t total = 0;
    for (auto& worker : workers_)
      worker->ask([&](Worker& asked) { total += asked.staff_count(); });
    return total;
  };
  for (auto& worker : workers_)
    worker->ask([](Worker& asked) { asked.set_staff(Staff::leaving); });
  while (count() > 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(staff_look);
  reload(std::move(settings));
  for (auto& worker : workers_)
    worker->ask([](Worker& asked) { asked.end_staff(); });
  // What they leave is buried behind that, and says its last word to the log.
  for (auto& worker : workers_)
    worker->ask([](Worker&) {});
}

void Gateway::welcome_staff() {
  for (auto& worker : workers_)
    worker->ask([](Worker& asked) { asked.set_staff(Staff::welcome); });
}

void Gateway::take_from(net::DescriptorChannel channel) {
  predecessor_ = std::make_unique<HandOverLink>(
      std::move(channel),
      HandOverLink::Handler{[this](HandedClient client) {
                              const unsigned worker = worker_of_cancel_id(client.cancel_id);
                              workers_[worker % workers_.size()]->resume(std::move(client));
                            },
                            [this](std::uint32_t id, base::Bytes key) {
                              cancel_at(&Gateway::to_successor_, id, key);
                              cancel_here(id, std::move(key), [] {});
                            }});
  const std::lock_guard lock(mutex_);
  to_predecessor_ = predecessor_.get();
}

void Gateway::hand_over_to(net::DescriptorChannel channel) {
  successor_ = std::make_unique<HandOverLink>(
      std::move(channel), HandOverLink::Handler{[](HandedClient) {},
                                                [this](std::uint32_t id, base::Bytes key) {
                                                  cancel_at(&Gateway::to_predecessor_, id, key);
                                                  cancel_here(id, std::move(key), [] {});
                                                }});
  {
    const std::lock_guard lock(mutex_);
    to_successor_ = successor_.get();
  }
  for (auto& worker : workers_)
    worker->post([this](Worker& asked) {
      asked.hand_over([this](HandedClient client) { successor_->give(std::move(client)); });
    });
}

// A process lives as long as the one before it, whose clients go this way.
Gateway::HandOver Gateway::hand_over() const {
  if (successor_->is_over()) return HandOver::successor_gone;
  const bool is_last = !predecessor_ || predecessor_->is_over();
  return is_last && commons_.clients == 0 && successor_->is_flushed() ? HandOver::done : HandOver::under_way;
}

void Gateway::cancel_client(std::uint32_t id, base::Bytes key, std::function<void()> done) {
  cancel_at(&Gateway::to_predecessor_, id, key);
  cancel_at(&Gateway::to_successor_, id, key);
  cancel_here(id, std::move(key), std::move(done));
}

void Gateway::cancel_at(HandOverLink* Gateway::*link, std::uint32_t id, base::ByteView key) {
  const std::lock_guard lock(mutex_);
  if (this->*link != nullptr) (this->*link)->cancel(id, key);
}

bool Gateway::is_paused() const {
  const std::lock_guard lock(mutex_);
  return !paused_.empty();
}

void Gateway::cancel_here(std::uint32_t id, base::Bytes key, std::function<void()> done) {
  workers_[worker_of_cancel_id(id) % workers_.size()]->cancel_client(id, std::move(key), std::move(done));
}

}  // namespace art32::gateway
