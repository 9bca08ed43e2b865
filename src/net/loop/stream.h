// One connected stream socket, TCP or unix, on an event loop. What comes is handed
// to a StreamHandler as it is; what is sent goes to the kernel from the caller's
// memory where that is cheaper, and is copied where it isn't or where it doesn't fit.
//
// Back-pressure: whoever feeds a stream looks at pending() and pauses its source
// until on_drained(). A stream that waits holds no buffer. Lives on the loop's
// thread; may be destroyed in any callback, its own included.
#pragma once

#include <span>
#include <string>

#include "net/loop/channel.h"
#include "net/loop/send_queue.h"

namespace art32::net {

struct StreamEnd {
  int error = 0;  // an errno; 0 when the peer closed its side in order
  bool is_orderly() const { return error == 0; }
  std::string text() const;  // "closed by the peer", or the error's
};

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // The octets are valid during the call only.
  virtual void on_data(base::ByteView octets) = 0;
  // What the kernel had no room for has gone out.
  virtual void on_drained() = 0;
  // After an orderly end no data come, but the peer may still read: sending works, and
  // may fail later. After a failure nothing is called any more.
  virtual void on_end(const StreamEnd& end) = 0;
};

class Stream final : private Channel {
 public:
  // Receives from the start. The socket is non-blocking and connected.
  Stream(EventLoop& loop, Descriptor socket, StreamHandler& handler);
  // What the kernel takes at once of the octets still queued goes out; closes.
  ~Stream();

  // In order, all of it, or the stream fails. Small octets go out at the end of the
  // turn with those of other streams (io_uring), everything else at once.
  void send(std::span<const base::ByteView> pieces);
  void send(base::ByteView octets) { send(std::span(&octets, 1)); }
  // Octets copied and not yet sent. While there are more than
  // limits::loop_queued_octets, or is_blocked(), on_drained() is sure to come.
  std::size_t pending() const { return queue_.size(); }
  bool is_blocked() const { return is_blocked_; }

  // No on_data and no orderly end come between the two; nothing is lost.
  void pause();
  void resume();

  // Ends our side once everything has gone out; receiving goes on.
  void shutdown_write();

  // Hands the socket on, to another process perhaps. The kernel takes no more from it,
  // and nothing is called any more; the stream can only be destroyed.
  struct Released {
    Descriptor socket;
    base::Bytes unread;  // came, but wasn't delivered
    base::Bytes unsent;
  };
  Released release();

  using Channel::descriptor;

 private:
  enum class Sending : std::uint8_t { open, closing, closed };

  void on_octets(base::ByteView octets) override { handler_.on_data(octets); }
  void on_octets_end(int error) override;
  void on_writable() override;
  void on_due() override;
  base::ByteView queued_octets() const override;
  void on_queued_sent(int result) override;

  void send_now(std::span<const base::ByteView> pieces);
  void send_queued();
  void wait_for_room();
  void fail(int error);
  void close_write();

  StreamHandler& handler_;
  SendQueue queue_;
  int failure_ = 0;  // of sending
  Sending sending_ = Sending::open;
  bool is_blocked_ = false;  // the kernel has no room: the queue waits for it
  bool has_ended_ = false;   // receiving
  bool has_failed_ = false;  // and said so
};

}  // namespace art32::net
