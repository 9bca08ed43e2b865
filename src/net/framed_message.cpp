#include "net/framed_message.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/bytes.h"
#include "base/limits.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

constexpr std::size_t prefix_octets = 4;
constexpr std::size_t read_octets = 64U << 10;

tl::unexpected<base::Error> gone() {
  return failure(ErrorCode::unavailable, "the other side closed the connection");
}

// After a call that would block: waits; otherwise says why it failed.
base::Status wait_or_fail(int socket, short events, const Deadline& deadline) {
  if (errno == EINTR) return {};
  if (errno == EPIPE || errno == ECONNRESET) return gone();
  if (errno != EAGAIN) return base::system_failure("the connection broke", errno);
  if (deadline.wait(socket, events) == Deadline::Wait::ready) return {};
  return failure(ErrorCode::timeout, "no answer in time");
}

// Memory grows with what has come, not with what was announced.
base::Status receive(int socket, std::size_t size, std::string& target, const Deadline& deadline) {
  while (target.size() < size) {
    const std::size_t before = target.size();
    const std::size_t step = std::min(size - before, read_octets);
    target.resize(before + step);
    const ssize_t got = ::recv(socket, target.data() + before, step, 0);
    target.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return gone();
    if (got < 0) ART32_CHECKED(wait_or_fail(socket, POLLIN, deadline));
  }
  return {};
}

}  // namespace

base::Status send_message(int socket, std::string_view text, const Deadline& deadline) {
  if (text.size() > base::limits::control_message_octets)
    return failure(ErrorCode::invalid_argument,
                   "a message of " + std::to_string(text.size()) + " octets is too long");
  base::Bytes prefix;
  base::put_u32(prefix, static_cast<std::uint32_t>(text.size()));
  const std::string framed = base::to_text(prefix).append(text);
  std::string_view rest = framed;
  while (!rest.empty()) {
    const ssize_t put = ::send(socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (put >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(put));
    } else {
      ART32_CHECKED(wait_or_fail(socket, POLLOUT, deadline));
    }
  }
  return {};
}

base::Result<std::string> receive_message(int socket, const Deadline& deadline) {
  std::string prefix;
  ART32_CHECKED(receive(socket, prefix_octets, prefix, deadline));
  const std::size_t size = base::get_u32(base::as_bytes(prefix));
  if (size > base::limits::control_message_octets)
    return failure(ErrorCode::exhausted, "a message of " + std::to_string(size) + " octets is too long");
  std::string text;
  ART32_CHECKED(receive(socket, size, text, deadline));
  return text;
}

}  // namespace art32::net
