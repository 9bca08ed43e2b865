// The driver on io_uring. One io_uring_enter(2) a turn hands over what the callbacks
// have asked for (receives, polls, cancellations, small sends) and waits.
//
// A stream's multishot receive stays in the kernel; octets come in buffers that all
// streams share (receive_buffers.h). A stream that fills several buffers in a row
// receives large pieces one at a time instead: less work for many octets, and less to
// hold when it is paused. Cancelled operations may still complete, so what they bring
// is held until the stream resumes. Since a multishot receive may miss the end of a
// connection, a poll watches for that. Kernel 6.1; see io_uring(7).
#pragma once

#include <thread>

#include "net/loop/loop_driver.h"
#include "net/loop/slot_list.h"
#include "net/loop/uring.h"
#include "net/loop/uring_slot.h"
#include "net/loop/wake_event.h"

namespace art32::net {

class UringDriver final : public LoopDriver {
 public:
  // `unsupported` where the kernel doesn't let us, or where probe_uring() fails.
  static base::Result<std::unique_ptr<LoopDriver>> make();
  ~UringDriver() override;

  LoopBackend backend() const override { return LoopBackend::io_uring; }
  ChannelSlot& attach(Channel& channel) override;
  void detach(ChannelSlot& slot) override;
  base::Bytes withdraw(ChannelSlot& slot) override;
  bool queues_sends() const override { return true; }
  void queue_send(ChannelSlot& slot) override;
  void wait(Limit limit) override;
  void dispatch() override;
  void settle() override;
  void wake() override { wake_.signal(); }

 private:
  using Slot = UringSlot;
  using Operation = UringSlot::Operation;
  using Completion = Uring::Completion;

  struct Parts {
    std::unique_ptr<Uring> ring;
    std::unique_ptr<ReceiveBuffers> small;
    std::unique_ptr<ReceiveBuffers> bulk;
    WakeEvent wake;
  };
  explicit UringDriver(Parts parts);

  // uring_driver.cpp: a turn
  void start();
  void turn(Limit limit);
  void submit_changes();
  void submit_sends();
  void conclude_sends(std::size_t first_completion);
  void reconcile_poll(Slot& slot);
  void cancel_all(Slot& slot);
  void handle(const Completion& completion);
  void missed(Slot& slot, Operation& operation);
  void polled(Slot& slot, const Completion& completion);
  void woken(const Completion& completion);

  // uring_receive.cpp: octets
  void reconcile_receive(Slot& slot);
  void watch_for_end(Slot& slot);
  void hung_up(Slot& slot, const Completion& completion);
  void received(Slot& slot, const Completion& completion);
  void deliver(Slot& slot, base::ByteView octets);
  void deliver_held(Slot& slot);
  void end(Slot& slot, int error);
  void judge_size(Slot& slot, std::size_t size);
  void collect(Slot& slot, const Completion& completion, base::Bytes& unread);

  // The buffers are unmapped after the ring has gone.
  std::unique_ptr<ReceiveBuffers> small_;
  std::unique_ptr<ReceiveBuffers> bulk_;
  std::unique_ptr<Uring> ring_;
  WakeEvent wake_;
  std::thread::id thread_;  // that enabled the ring; the kernel refuses others
  SlotList<Slot> slots_;
  std::vector<Completion> completions_;
  std::size_t next_completion_ = 0;  // of completions_, to be dispatched
  std::vector<Slot*> sends_;         // queued in this turn
  std::vector<Slot*> sending_;       // handed over, not concluded
};

}  // namespace art32::net
