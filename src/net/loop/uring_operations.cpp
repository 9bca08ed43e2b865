#include "net/loop/uring_operations.h"

#include <sys/socket.h>

namespace art32::net {

namespace {

void select_from(io_uring_sqe& entry, const ReceiveBuffers& buffers) {
  entry.flags = static_cast<std::uint8_t>(entry.flags | IOSQE_BUFFER_SELECT);
  entry.buf_group = buffers.group();
}

void report_failures_only(io_uring_sqe& entry) {
  entry.flags = static_cast<std::uint8_t>(entry.flags | IOSQE_CQE_SKIP_SUCCESS);
}

}  // namespace

void prepare_multishot_receive(io_uring_sqe& entry, int socket, const ReceiveBuffers& buffers,
                               std::uint64_t data) {
  ::io_uring_prep_recv_multishot(&entry, socket, nullptr, 0, 0);
  select_from(entry, buffers);
  ::io_uring_sqe_set_data64(&entry, data);
}

void prepare_receive(io_uring_sqe& entry, int socket, const ReceiveBuffers& buffers, std::uint64_t data) {
  ::io_uring_prep_recv(&entry, socket, nullptr, buffers.octets_each(), 0);
  select_from(entry, buffers);
  ::io_uring_sqe_set_data64(&entry, data);
}

// With MSG_WAITALL a part counts as a failure, and is reported; with MSG_DONTWAIT the
// kernel doesn't wait for room to send the rest.
void prepare_send(io_uring_sqe& entry, int socket, base::ByteView octets, std::uint64_t data) {
  ::io_uring_prep_send(&entry, socket, octets.data(), octets.size(),
                       MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL);
  report_failures_only(entry);
  ::io_uring_sqe_set_data64(&entry, data);
}

void prepare_poll(io_uring_sqe& entry, int descriptor, unsigned events, std::uint64_t data) {
  ::io_uring_prep_poll_add(&entry, descriptor, events);
  ::io_uring_sqe_set_data64(&entry, data);
}

void prepare_multishot_poll(io_uring_sqe& entry, int descriptor, unsigned events, std::uint64_t data) {
  ::io_uring_prep_poll_multishot(&entry, descriptor, events);
  ::io_uring_sqe_set_data64(&entry, data);
}

void prepare_cancel(io_uring_sqe& entry, std::uint64_t target, std::uint64_t data) {
  ::io_uring_prep_cancel64(&entry, target, 0);
  report_failures_only(entry);
  ::io_uring_sqe_set_data64(&entry, data);
}

}  // namespace art32::net
