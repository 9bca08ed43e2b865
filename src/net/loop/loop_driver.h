// The small interface between an event loop and the kernel: epoll and io_uring
// implement it. It belongs to one EventLoop; all but wake() on the loop's thread.
//
// A turn is wait(), then dispatch(). Callbacks run in dispatch() only, and in no
// call of a channel. What channels want is told to the kernel in wait(), for all of
// them together. A slot lives until the kernel and all lists have let go of it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "net/loop/channel.h"
#include "net/loop/loop_backend.h"

namespace art32::net {

class LoopDriver {
 public:
  using Limit = std::optional<std::chrono::nanoseconds>;  // none: until something happens

  virtual ~LoopDriver() = default;
  virtual LoopBackend backend() const = 0;

  virtual ChannelSlot& attach(Channel& channel) = 0;
  // The channel goes; its descriptor may be closed at once.
  virtual void detach(ChannelSlot& slot) = 0;
  // The same, done with for sure when it returns: what was received and not delivered.
  virtual base::Bytes withdraw(ChannelSlot& slot) = 0;

  // Whether queue_send() is the cheaper way for small octets: sent in wait(), from
  // Channel::queued_octets().
  virtual bool queues_sends() const = 0;
  virtual void queue_send(ChannelSlot& slot) = 0;

  virtual void wait(Limit limit) = 0;
  virtual void dispatch() = 0;
  // The loop stops running: what has been closed really goes.
  virtual void settle() = 0;
  // Ends a wait() that runs, or the next one. Any thread.
  virtual void wake() = 0;

  void changed(ChannelSlot& slot);
  void call_soon(ChannelSlot& slot);

 protected:
  bool has_due() const { return !due_.empty(); }
  // Slots whose channel's interest has changed, each once; the list is empty afterwards.
  std::vector<ChannelSlot*>& take_changed();
  // Slots that asked to be called, each once. Those that ask meanwhile come next time.
  std::vector<ChannelSlot*>& take_due();

 private:
  std::vector<ChannelSlot*> changed_;
  std::vector<ChannelSlot*> changed_taken_;
  std::vector<ChannelSlot*> due_;
  std::vector<ChannelSlot*> due_taken_;
};

}  // namespace art32::net
