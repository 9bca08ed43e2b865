#include "gateway/farewell.h"

#include <utility>

#include "base/limits.h"
#include "net/loop/event_loop.h"

namespace art32::gateway {

Farewell::Farewell(net::EventLoop& loop, std::unique_ptr<net::Leg> leg, std::function<void()> over)
    : over_(std::move(over)), leg_(std::move(leg)), deadline_(loop, [this] { finish(); }) {
  leg_->set_handler(*this);
  leg_->shutdown_write();
  leg_->resume();
  deadline_.set(base::limits::gateway_linger_wait);
}

// Where the loop has stopped: what is there already is read, so that closing resets nothing.
Farewell::~Farewell() {
  leg_->discard_received(base::limits::gateway_linger_octets);
}

void Farewell::on_octets(base::ByteView octets) {
  octets_ += octets.size();
  if (octets_ > base::limits::gateway_linger_octets) finish();
}

void Farewell::finish() {
  if (over_) std::exchange(over_, {})();
}

}  // namespace art32::gateway
