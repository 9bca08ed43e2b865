#include "net/loop/channel.h"

#include "base/assert.h"
#include "net/loop/event_loop.h"
#include "net/loop/loop_driver.h"

namespace art32::net {

Channel::Channel(EventLoop& loop, Descriptor socket)
    : loop_(loop), driver_(loop.driver()), socket_(std::move(socket)), slot_(&driver_.attach(*this)) {
  ART32_ASSERT(socket_.is_open());
}

Channel::~Channel() {
  if (slot_ != nullptr) driver_.detach(*slot_);
}

void Channel::change(bool Interest::*what, bool wanted) {
  if (slot_ == nullptr || interest_.*what == wanted) return;
  interest_.*what = wanted;
  driver_.changed(*slot_);
}

void Channel::want_octets(bool wanted) {
  change(&Interest::octets, wanted);
}

void Channel::want_readable(bool wanted) {
  change(&Interest::readable, wanted);
}

void Channel::want_writable(bool wanted) {
  change(&Interest::writable, wanted);
}

void Channel::call_soon() {
  if (slot_ != nullptr) driver_.call_soon(*slot_);
}

Channel::Withdrawn Channel::withdraw() {
  ART32_ASSERT(slot_ != nullptr);
  interest_ = {};
  base::Bytes unread = driver_.withdraw(*std::exchange(slot_, nullptr));
  return {std::move(socket_), std::move(unread)};
}

}  // namespace art32::net
