#include "net/loop/uring_probe.h"

#include <sys/socket.h>

#include <array>

#include "net/descriptor.h"
#include "net/loop/receive_buffers.h"
#include "net/loop/uring_operations.h"

namespace art32::net {

namespace {

constexpr auto patience = std::chrono::seconds(1);
constexpr std::uint16_t buffers = 4;
constexpr std::size_t buffer_octets = 64;
constexpr std::string_view sample = "octets";

base::Status missing(std::string_view what) {
  return base::failure(base::ErrorCode::unsupported, "io_uring doesn't do " + std::string(what) + " here",
                       "run Linux 6.1 or newer");
}

struct Pair {
  Descriptor one;
  Descriptor other;
};

base::Result<Pair> make_pair() {
  std::array<int, 2> numbers{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers.data()) != 0)
    return base::system_failure("cannot make a pair of sockets", errno);
  return Pair{Descriptor(numbers[0]), Descriptor(numbers[1])};
}

class Probe {
 public:
  Probe(Uring& ring, Pair pair) : ring_(ring), pair_(std::move(pair)) {}

  // One submission, two receptions.
  base::Status receive() {
    ART32_ASSIGN(const auto provided, ReceiveBuffers::make(ring_, 0, buffers, buffer_octets));
    prepare_multishot_receive(ring_.submission(), pair_.one.number(), *provided, 1);
    for (int count = 0; count < 2; ++count) {
      if (::send(pair_.other.number(), sample.data(), sample.size(), MSG_NOSIGNAL) < 0)
        return base::system_failure("cannot send to a socket of our own", errno);
      const Uring::Completion done = complete(patience);
      constexpr unsigned expected = IORING_CQE_F_MORE | IORING_CQE_F_BUFFER;
      if (done.data != 1 || done.result != static_cast<int>(sample.size()) ||
          (done.flags & expected) != expected ||
          base::as_text(provided->octets(done.flags, sample.size())) != sample)
        return missing("multishot receive into provided buffers");
      provided->give_back(done.flags);
      provided->publish();
    }
    return {};
  }

  // What goes out whole reports nothing, what doesn't reports how much did.
  base::Status send() {
    prepare_send(ring_.submission(), pair_.one.number(), base::as_bytes(sample), 2);
    std::array<char, buffer_octets> received{};
    const Uring::Completion none = complete(std::chrono::nanoseconds(0));
    const ssize_t got = ::recv(pair_.other.number(), received.data(), received.size(), MSG_DONTWAIT);
    if (none.data != 0 || got != static_cast<ssize_t>(sample.size()))
      return missing("sends without a report");
    const base::Bytes large(4U << 20);
    prepare_send(ring_.submission(), pair_.one.number(), large, 3);
    const Uring::Completion part = complete(std::chrono::nanoseconds(0));
    if (part.data != 3 || part.result <= 0 || part.result >= static_cast<int>(large.size()))
      return missing("sends that report a part");
    prepare_send(ring_.submission(), pair_.one.number(), large, 4);
    const Uring::Completion full = complete(std::chrono::nanoseconds(0));
    if (full.data != 4 || full.result != -EAGAIN) return missing("sends that don't wait");
    return {};
  }

 private:
  // The first completion, if one comes.
  Uring::Completion complete(std::chrono::nanoseconds limit) {
    ring_.enter(limit);
    completions_.clear();
    ring_.take(completions_);
    return completions_.empty() ? Uring::Completion{} : completions_.front();
  }

  Uring& ring_;
  Pair pair_;
  std::vector<Uring::Completion> completions_;
};

}  // namespace

base::Status probe_uring() {
  ART32_ASSIGN(const auto ring, Uring::make(8, 16));
  ring->enable();
  ART32_ASSIGN(Pair pair, make_pair());
  Probe probe(*ring, std::move(pair));
  ART32_CHECKED(probe.receive());
  return probe.send();
}

}  // namespace art32::net
