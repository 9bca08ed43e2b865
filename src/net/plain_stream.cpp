#include "net/plain_stream.h"

#include <sys/socket.h>

#include <cerrno>

namespace art32::net {
namespace {

ByteStream::Transfer judge(ssize_t result, StreamProgress blocked) {
  if (result >= 0) return {StreamProgress::done, static_cast<std::size_t>(result)};
  if (errno == EAGAIN || errno == EINTR) return {blocked, 0};
  return {errno == ECONNRESET || errno == EPIPE ? StreamProgress::closed : StreamProgress::failed, 0};
}

}  // namespace

ByteStream::Transfer PlainStream::read(std::span<char> target) {
  const ssize_t got = ::recv(descriptor_, target.data(), target.size(), 0);
  if (got == 0) return {StreamProgress::closed, 0};
  return judge(got, StreamProgress::wants_read);
}

ByteStream::Transfer PlainStream::write(std::string_view source, More more) {
  const int flags = MSG_NOSIGNAL | (more == More::yes ? MSG_MORE : 0);
  return judge(::send(descriptor_, source.data(), source.size(), flags), StreamProgress::wants_write);
}

}  // namespace art32::net
