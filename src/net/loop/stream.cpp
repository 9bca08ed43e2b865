#include "net/loop/stream.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/assert.h"
#include "base/limits.h"
#include "net/loop/event_loop.h"
#include "net/loop/loop_driver.h"

namespace art32::net {

namespace {

constexpr std::size_t pieces_a_call = 64;

std::size_t size_of(std::span<const base::ByteView> pieces) {
  std::size_t size = 0;
  for (const base::ByteView piece : pieces)
    size += piece.size();
  return size;
}

bool lacks_room(int error) {
  return error == EAGAIN || error == EINTR || error == ENOBUFS || error == ENOMEM;
}

// Sends what stands in up to `pieces_a_call` pieces, with one call. Octets, or a negative errno.
ssize_t send_some(int socket, std::span<const base::ByteView> pieces) {
  if (pieces.size() == 1) {
    const ssize_t sent = ::send(socket, pieces[0].data(), pieces[0].size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
  }
  std::array<iovec, pieces_a_call> parts;
  std::size_t count = 0;
  for (const base::ByteView piece : pieces)
    parts[count++] = {const_cast<std::uint8_t*>(piece.data()), piece.size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  const ssize_t sent = ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}

}  // namespace

std::string StreamEnd::text() const {
  return is_orderly() ? "closed by the peer" : std::strerror(error);
}

Stream::Stream(EventLoop& loop, Descriptor socket, StreamHandler& handler)
    : Channel(loop, std::move(socket)), handler_(handler), queue_(loop.buffers()) {
  want_octets(true);
}

Stream::~Stream() {
  send_queued();
}

void Stream::send(std::span<const base::ByteView> pieces) {
  const std::size_t size = size_of(pieces);
  if (size == 0 || sending_ != Sending::open || failure_ != 0) return;
  if (is_blocked_) return queue_.append(pieces, 0);
  if (!driver().queues_sends() || queue_.size() + size > base::limits::loop_queued_octets)
    return send_now(pieces);
  if (queue_.is_empty()) driver().queue_send(slot());
  queue_.append(pieces, 0);
}

// The queue first, then the pieces; what doesn't fit stays in the queue.
void Stream::send_now(std::span<const base::ByteView> pieces) {
  while (!queue_.is_empty() || !pieces.empty()) {
    std::array<base::ByteView, pieces_a_call> parts;
    std::size_t count = 0;
    if (!queue_.is_empty()) parts[count++] = queue_.unsent();
    const std::size_t taken = std::min(pieces.size(), pieces_a_call - count);
    std::copy_n(pieces.begin(), taken, parts.begin() + static_cast<std::ptrdiff_t>(count));
    const std::span<const base::ByteView> wanted(parts.data(), count + taken);
    ssize_t sent = send_some(descriptor(), wanted);
    if (sent < 0 && !lacks_room(static_cast<int>(-sent))) return fail(static_cast<int>(-sent));
    if (sent < 0) sent = 0;
    const bool is_all = static_cast<std::size_t>(sent) == size_of(wanted);
    const std::size_t from_queue = std::min(queue_.size(), static_cast<std::size_t>(sent));
    queue_.consume(from_queue);
    if (!is_all) {
      queue_.append(pieces, static_cast<std::size_t>(sent) - from_queue);
      return wait_for_room();
    }
    pieces = pieces.subspan(taken);
  }
}

void Stream::wait_for_room() {
  is_blocked_ = true;
  want_writable(true);
}

// Queued octets that no one has tried to send yet: before the socket goes elsewhere.
void Stream::send_queued() {
  if (!is_blocked_ && !queue_.is_empty()) send_now({});
}

base::ByteView Stream::queued_octets() const {
  return is_blocked_ ? base::ByteView() : queue_.unsent();
}

void Stream::on_queued_sent(int result) {
  if (result < 0 && !lacks_room(-result)) return fail(-result);
  if (result > 0) queue_.consume(static_cast<std::size_t>(result));
  if (!queue_.is_empty()) wait_for_room();
}

void Stream::on_writable() {
  is_blocked_ = false;
  send_now({});
  if (is_blocked_ || failure_ != 0) return;
  want_writable(false);
  if (sending_ == Sending::closing) close_write();
  handler_.on_drained();
}

// The octets that the peer sent before it broke the connection are still to come, and
// then the end. Unless nobody receives, or the connection isn't broken.
void Stream::fail(int error) {
  failure_ = error;
  is_blocked_ = false;
  queue_.clear();
  want_writable(false);
  const bool end_comes = interest().octets && (error == EPIPE || error == ECONNRESET);
  if (!end_comes) call_soon();
}

void Stream::on_due() {
  if (failure_ == 0 || has_failed_) return;
  has_failed_ = true;
  want_octets(false);
  handler_.on_end({failure_});
}

void Stream::on_octets_end(int error) {
  has_ended_ = true;
  want_octets(false);
  if (error == 0) error = failure_;
  if (error != 0) {
    has_failed_ = true;
    failure_ = error;
    is_blocked_ = false;
    queue_.clear();
    want_writable(false);
  }
  handler_.on_end({error});
}

void Stream::pause() {
  want_octets(false);
  if (failure_ != 0) call_soon();  // the end that fail() waits for won't come now
}

void Stream::resume() {
  if (!has_ended_ && !has_failed_) want_octets(true);
}

void Stream::shutdown_write() {
  if (sending_ != Sending::open) return;
  sending_ = Sending::closing;
  send_queued();
  if (!is_blocked_) close_write();
}

void Stream::close_write() {
  sending_ = Sending::closed;
  ::shutdown(descriptor(), SHUT_WR);
}

Stream::Released Stream::release() {
  send_queued();
  Withdrawn withdrawn = withdraw();
  const base::ByteView unsent = queue_.unsent();
  Released released{std::move(withdrawn.socket), std::move(withdrawn.unread),
                    base::Bytes(unsent.begin(), unsent.end())};
  queue_.clear();
  is_blocked_ = false;
  sending_ = Sending::closed;
  has_ended_ = true;
  return released;
}

}  // namespace art32::net
