// The last words to a client, on their way. If a connection is closed while octets of its
// peer are unread, the kernel resets it, and the peer may lose what it was told. So our side
// is ended first, what still comes is read and forgotten, and the connection goes once the
// peer has ended its side, or after limits::gateway_linger_wait or _octets.
//
// Owned by its worker; worker's thread only. `over` is called once, from the loop.
#pragma once

#include <functional>
#include <memory>

#include "net/loop/leg.h"
#include "net/loop/loop_timer.h"

namespace art32::gateway {

class Farewell final : public net::LegHandler {
 public:
  Farewell(net::EventLoop& loop, std::unique_ptr<net::Leg> leg, std::function<void()> over);
  ~Farewell() override;

 private:
  void on_octets(base::ByteView octets) override;
  void on_secured() override {}
  void on_drained() override {}
  void on_end(const net::StreamEnd&) override { finish(); }
  void finish();

  std::function<void()> over_;
  std::unique_ptr<net::Leg> leg_;
  net::LoopTimer deadline_;
  std::size_t octets_ = 0;
};

}  // namespace art32::gateway
