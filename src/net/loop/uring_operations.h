// The submissions that an event loop makes. `data` comes back with the completion.
// For UringDriver and its probe.
#pragma once

#include "net/loop/receive_buffers.h"
#include "net/loop/uring.h"

namespace art32::net {

// Completes for each reception, with IORING_CQE_F_MORE while it goes on.
void prepare_multishot_receive(io_uring_sqe& entry, int socket, const ReceiveBuffers& buffers,
                               std::uint64_t data);
// Completes once, with one buffer.
void prepare_receive(io_uring_sqe& entry, int socket, const ReceiveBuffers& buffers, std::uint64_t data);

// Sends while it is handed over, or not at all: completes only if not all octets went,
// with how many did or with -EAGAIN. The octets are free again after Uring::enter().
void prepare_send(io_uring_sqe& entry, int socket, base::ByteView octets, std::uint64_t data);

// Completes once, when one of `events` of poll(2) has come.
void prepare_poll(io_uring_sqe& entry, int descriptor, unsigned events, std::uint64_t data);
// Completes each time.
void prepare_multishot_poll(io_uring_sqe& entry, int descriptor, unsigned events, std::uint64_t data);

// The operation with the data `target` completes at once, with -ECANCELED or with what
// it has done. If it isn't found, this completes itself: it has ended, or is just running.
void prepare_cancel(io_uring_sqe& entry, std::uint64_t target, std::uint64_t data);

}  // namespace art32::net
