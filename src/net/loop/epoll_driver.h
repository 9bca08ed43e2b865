// Readiness by epoll, level-triggered, and recv(2) into one buffer that all streams
// share. For kernels and containers that don't let us use io_uring.
#pragma once

#include <sys/epoll.h>

#include "base/result.h"
#include "net/loop/loop_driver.h"
#include "net/loop/slot_list.h"
#include "net/loop/wake_event.h"

namespace art32::net {

class EpollDriver final : public LoopDriver {
 public:
  static base::Result<std::unique_ptr<LoopDriver>> make();
  ~EpollDriver() override;

  LoopBackend backend() const override { return LoopBackend::epoll; }
  ChannelSlot& attach(Channel& channel) override;
  void detach(ChannelSlot& slot) override;
  base::Bytes withdraw(ChannelSlot& slot) override;
  bool queues_sends() const override { return false; }
  void queue_send(ChannelSlot& slot) override;
  void wait(Limit limit) override;
  void dispatch() override;
  void settle() override {}
  void wake() override { wake_.signal(); }

 private:
  struct Slot : ChannelSlot {
    std::uint32_t events = 0;  // as the kernel knows them; it doesn't know the slot while there are none
  };

  EpollDriver(Descriptor epoll, WakeEvent wake);
  void reconcile(Slot& slot);
  void receive(Slot& slot);

  Descriptor epoll_;
  WakeEvent wake_;
  SlotList<Slot> slots_;
  std::vector<epoll_event> events_;
  std::size_t event_count_ = 0;  // of events_, of this turn
  base::Bytes received_;
};

}  // namespace art32::net
