// What UringDriver knows of one channel: which operations the kernel has, what it
// has received that can't be delivered yet. The kernel knows a slot by its address;
// the low bits tell what the operation was.
#pragma once

#include <memory>

#include "base/assert.h"
#include "net/loop/channel.h"
#include "net/loop/receive_buffers.h"

namespace art32::net {

enum class UringKind : std::uint64_t {
  ignored,
  received,
  polled,
  hung_up,
  sent,
  woken,
  // The cancellation of an operation, where it wasn't found.
  receive_missed,
  poll_missed,
  hang_up_missed,
};

struct alignas(16) UringSlot : ChannelSlot {
  enum class Operation : std::uint8_t { none, armed, cancelling };

  // Received while paused; delivered before anything else.
  struct Held {
    base::Bytes octets;
    std::size_t delivered = 0;
  };

  Operation receive = Operation::none;
  Operation poll = Operation::none;
  Operation hang_up = Operation::none;  // a poll for the end of the connection
  bool is_queued = false;               // in the list of sends
  bool is_bulk = false;                 // receives large pieces, one at a time
  bool is_hung_up = false;              // the end is there, perhaps behind octets
  bool has_ended = false;               // nothing more comes, though some may be held
  std::uint8_t full_buffers = 0;        // one after the other
  unsigned polled = 0;                  // events of the poll
  int end_error = 0;
  int send_result = 0;
  ReceiveBuffers* buffers = nullptr;  // of the receive
  std::unique_ptr<Held> held;

  bool is_in_kernel() const {
    return receive != Operation::none || poll != Operation::none || hang_up != Operation::none;
  }

  std::uint64_t data(UringKind kind) const {
    return reinterpret_cast<std::uintptr_t>(this) | static_cast<std::uint64_t>(kind);
  }
  static constexpr std::uint64_t kind_bits = 15;
  static UringKind kind_of(std::uint64_t data) { return static_cast<UringKind>(data & kind_bits); }
  static UringSlot& of(std::uint64_t data) {
    ART32_ASSERT(data > kind_bits);
    return *reinterpret_cast<UringSlot*>(data & ~kind_bits);
  }
};

// Asks the kernel to end an operation of the slot, if it has one; once.
void cancel(Uring& ring, const UringSlot& slot, UringSlot::Operation& operation, UringKind kind,
            UringKind missed);

}  // namespace art32::net
