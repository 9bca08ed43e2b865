#include "net/loop/epoll_driver.h"

#include <sys/socket.h>

#include "base/assert.h"
#include "base/limits.h"

namespace art32::net {

namespace {

constexpr int receives_a_turn = 4;  // of one stream; the others have their turn too
constexpr std::uint32_t ends = EPOLLERR | EPOLLHUP;

std::uint32_t events_of(const Interest& interest) {
  std::uint32_t events = 0;
  if (interest.octets || interest.readable) events |= EPOLLIN;
  if (interest.writable) events |= EPOLLOUT;
  return events;
}

// Rounded up, so that a wait for a timer doesn't spin.
int milliseconds_of(LoopDriver::Limit limit) {
  if (!limit) return -1;
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*limit).count();
  return static_cast<int>(std::min<std::int64_t>(rounded, 1'000'000));
}

}  // namespace

base::Result<std::unique_ptr<LoopDriver>> EpollDriver::make() {
  Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return base::system_failure("cannot make an epoll instance", errno);
  ART32_ASSIGN(WakeEvent wake, WakeEvent::make());
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;
  if (::epoll_ctl(epoll.number(), EPOLL_CTL_ADD, wake.descriptor(), &event) != 0)
    return base::system_failure("cannot wait for the loop's event", errno);
  return std::unique_ptr<LoopDriver>(new EpollDriver(std::move(epoll), std::move(wake)));
}

EpollDriver::EpollDriver(Descriptor epoll, WakeEvent wake)
    : epoll_(std::move(epoll)), wake_(std::move(wake)), events_(base::limits::loop_events_a_turn) {
  received_.resize(base::limits::loop_bulk_octets);
}

EpollDriver::~EpollDriver() {
  ART32_ASSERT(slots_.in_use() == 0);
}

ChannelSlot& EpollDriver::attach(Channel& channel) {
  return slots_.make(channel);
}

// Removed even though the descriptor is closed next: a copy of it, in another process,
// would keep the entry alive.
void EpollDriver::detach(ChannelSlot& given) {
  auto& slot = static_cast<Slot&>(given);
  if (slot.events != 0) ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, slot.channel->descriptor(), nullptr);
  slot.events = 0;
  slots_.retire(slot);
}

base::Bytes EpollDriver::withdraw(ChannelSlot& slot) {
  detach(slot);
  return {};  // octets are taken from the kernel only to be delivered
}

void EpollDriver::queue_send(ChannelSlot& /*slot*/) {
  ART32_ASSERT(false);
}

void EpollDriver::reconcile(Slot& slot) {
  if (slot.channel == nullptr) return;
  epoll_event event{};
  event.events = events_of(slot.channel->interest());
  event.data.ptr = &slot;
  if (event.events == slot.events) return;
  // An entry without events would still report EPOLLHUP, again and again.
  int operation = EPOLL_CTL_MOD;
  if (slot.events == 0) operation = EPOLL_CTL_ADD;
  if (event.events == 0) operation = EPOLL_CTL_DEL;
  const int done = ::epoll_ctl(epoll_.number(), operation, slot.channel->descriptor(), &event);
  if (done == 0) {
    slot.events = event.events;
    return;
  }
  // Out of memory or of watches (ENOMEM, ENOSPC): again in the next turn.
  ART32_ASSERT(errno == ENOMEM || errno == ENOSPC);
  changed(slot);
}

void EpollDriver::wait(Limit limit) {
  event_count_ = 0;
  for (ChannelSlot* slot : take_changed())
    reconcile(static_cast<Slot&>(*slot));
  slots_.free_retired([](const Slot&) { return false; });
  if (has_due()) limit = std::chrono::nanoseconds(0);
  const int count =
      ::epoll_wait(epoll_.number(), events_.data(), static_cast<int>(events_.size()), milliseconds_of(limit));
  event_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
}

void EpollDriver::dispatch() {
  for (ChannelSlot* slot : take_due())
    if (slot->channel != nullptr) slot->channel->on_due();
  for (std::size_t index = 0; index < event_count_; ++index) {
    const epoll_event event = events_[index];
    if (event.data.ptr == nullptr) continue;
    auto& slot = *static_cast<Slot*>(event.data.ptr);
    if (slot.channel != nullptr && (event.events & (EPOLLIN | ends)) != 0) {
      if (slot.channel->interest().octets) {
        receive(slot);
      } else if (slot.channel->interest().readable) {
        slot.channel->on_readable();
      }
    }
    if (slot.channel != nullptr && (event.events & (EPOLLOUT | ends)) != 0 &&
        slot.channel->interest().writable)
      slot.channel->on_writable();
  }
}

void EpollDriver::receive(Slot& slot) {
  for (int count = 0; count < receives_a_turn; ++count) {
    const ssize_t got = ::recv(slot.channel->descriptor(), received_.data(), received_.size(), MSG_DONTWAIT);
    if (got <= 0) {
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
      return slot.channel->on_octets_end(got < 0 ? errno : 0);
    }
    const auto size = static_cast<std::size_t>(got);
    slot.channel->on_octets(base::ByteView(received_).first(size));
    if (size < received_.size()) return;  // level-triggered: what comes now is reported again
    if (slot.channel == nullptr || !slot.channel->interest().octets) return;
  }
}

}  // namespace art32::net
