// One descriptor in an event loop, as the loop's driver sees it: what is wanted of
// it, and what is called when it happens. The base of Stream, Acceptor and
// StreamConnect; nobody else uses it.
//
// Between a channel and the kernel stands a slot, which the driver owns: operations
// of the kernel and lists of the driver point to the slot, so that a channel may be
// destroyed at any time, also within its own callbacks. One thread: the loop's.
#pragma once

#include "base/bytes.h"
#include "net/descriptor.h"

namespace art32::net {

class Channel;
class EventLoop;
class LoopDriver;

struct ChannelSlot {
  Channel* channel = nullptr;  // null once the channel has gone
  bool is_changed = false;     // in the driver's list of slots to reconcile
  bool is_due = false;         // in the driver's list of slots to call
};

// What a channel waits for. The driver compares it with what the kernel was told
// once in a turn, so that changing it back and forth costs nothing.
struct Interest {
  bool octets = false;    // the driver receives and delivers
  bool readable = false;  // the channel reads by itself
  bool writable = false;
};

class Channel {
 public:
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  int descriptor() const { return socket_.number(); }
  const Interest& interest() const { return interest_; }

  // Called by the driver, each only while it is wanted. The channel may be gone afterwards.
  virtual void on_octets(base::ByteView /*octets*/) {}
  virtual void on_octets_end(int /*error*/) {}  // an errno; 0 when the peer closed in order
  virtual void on_readable() {}
  virtual void on_writable() {}
  virtual void on_due() {}  // asked for by call_soon()

  // Sends of the driver (LoopDriver::queues_sends). Neither may call anybody.
  virtual base::ByteView queued_octets() const { return {}; }
  virtual void on_queued_sent(int /*result*/) {}  // octets taken, or a negative errno

 protected:
  Channel(EventLoop& loop, Descriptor socket);
  ~Channel();

  EventLoop& loop() { return loop_; }
  LoopDriver& driver() { return driver_; }
  ChannelSlot& slot() { return *slot_; }

  void want_octets(bool wanted);
  void want_readable(bool wanted);
  void want_writable(bool wanted);
  void call_soon();

  // Nothing is called any more. The kernel takes nothing more from the socket once
  // it returns; what it had taken, and was not delivered, comes back.
  struct Withdrawn {
    Descriptor socket;
    base::Bytes unread;
  };
  Withdrawn withdraw();

 private:
  void change(bool Interest::*what, bool wanted);

  EventLoop& loop_;
  LoopDriver& driver_;
  Descriptor socket_;
  ChannelSlot* slot_;  // null once withdrawn
  Interest interest_;
};

}  // namespace art32::net
