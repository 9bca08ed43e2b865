#include "net/descriptor_channel.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/assert.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

constexpr std::size_t header_octets = 5;
constexpr std::size_t most_octets = 64U << 20;
constexpr std::size_t read_octets = 64U << 10;
constexpr auto pause_with_many_under_way = std::chrono::milliseconds(1);

tl::unexpected<base::Error> gone() {
  return failure(ErrorCode::unavailable, "the other process has closed the channel");
}

// Room for the descriptors of a message, as CMSG_DATA wants it aligned.
struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * DescriptorChannel::most_descriptors)> octets{};
};

// After a call that failed: waits; otherwise says why it failed.
base::Status wait_or_fail(int socket, short events, const Deadline& deadline) {
  if (errno == EINTR) return {};
  if (errno == EPIPE || errno == ECONNRESET) return gone();
  const bool are_many = errno == ETOOMANYREFS;  // descriptors that nobody has received yet
  if (!are_many && errno != EAGAIN) return base::system_failure("the channel broke", errno);
  if (are_many) std::this_thread::sleep_for(pause_with_many_under_way);
  if (!deadline.passed() && (are_many || deadline.wait(socket, events) == Deadline::Wait::ready)) return {};
  return failure(ErrorCode::timeout, "the other process doesn't answer in time");
}

void attach(msghdr& message, Control& control, std::span<const int> descriptors) {
  if (descriptors.empty()) return;
  message.msg_control = control.octets.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
}

void detach(msghdr& message, std::vector<Descriptor>& target) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(header) + i * sizeof number, sizeof number);
      target.emplace_back(number);
    }
  }
}

// `size` octets at the end of `target`; descriptors that come with them go to `descriptors`.
base::Status receive_octets(int socket, std::size_t size, base::Bytes& target,
                            std::vector<Descriptor>& descriptors, const Deadline& deadline) {
  const std::size_t end = target.size() + size;
  while (target.size() < end) {
    const std::size_t before = target.size();
    const std::size_t step = std::min(end - before, read_octets);
    target.resize(before + step);
    Control control;
    iovec part{target.data() + before, step};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.octets.data();
    message.msg_controllen = control.octets.size();
    const ssize_t got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    const int error = errno;
    target.resize(before + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got == 0) return gone();
    errno = error;
    if (got < 0)
      ART32_CHECKED(wait_or_fail(socket, POLLIN, deadline));
    else
      detach(message, descriptors);
  }
  return {};
}

}  // namespace

base::Result<std::pair<DescriptorChannel, DescriptorChannel>> DescriptorChannel::make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return base::system_failure("cannot make a pair of sockets", errno);
  return std::pair(DescriptorChannel(Descriptor(ends[0])), DescriptorChannel(Descriptor(ends[1])));
}

base::Status DescriptorChannel::send(std::uint8_t type, base::ByteView body, std::span<const int> descriptors,
                                     const Deadline& deadline) const {
  ART32_ASSERT(body.size() <= most_octets && descriptors.size() <= most_descriptors);
  base::Bytes octets{type};
  base::put_u32(octets, static_cast<std::uint32_t>(body.size()));
  base::append(octets, body);
  for (std::size_t sent = 0; sent < octets.size();) {
    Control control;
    iovec part{octets.data() + sent, octets.size() - sent};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (sent == 0) attach(message, control, descriptors);
    const ssize_t put = ::sendmsg(socket_.number(), &message, MSG_NOSIGNAL);
    if (put >= 0)
      sent += static_cast<std::size_t>(put);
    else
      ART32_CHECKED(wait_or_fail(socket_.number(), POLLOUT, deadline));
  }
  return {};
}

base::Result<DescriptorChannel::Message> DescriptorChannel::receive(const Deadline& deadline) const {
  Message message;
  base::Bytes header;
  ART32_CHECKED(receive_octets(socket_.number(), header_octets, header, message.descriptors, deadline));
  const std::size_t size = base::get_u32(base::ByteView(header).subspan(1));
  if (size > most_octets)
    return failure(ErrorCode::exhausted, "a message of " + std::to_string(size) + " octets is too long");
  message.type = header.front();
  ART32_CHECKED(receive_octets(socket_.number(), size, message.body, message.descriptors, deadline));
  return message;
}

void DescriptorChannel::wait() const {
  pollfd entry{socket_.number(), POLLIN, 0};
  while (::poll(&entry, 1, -1) < 0 && errno == EINTR) {
  }
}

void DescriptorChannel::shutdown() const {
  ::shutdown(socket_.number(), SHUT_RDWR);
}

}  // namespace art32::net
