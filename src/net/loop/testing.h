// For tests on event loops: pairs of connected sockets, handlers that write down what
// they are told, and running a loop until something holds. Each test of this folder
// runs on both back ends.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/assert.h"
#include "net/loop/event_loop.h"
#include "net/loop/loop_timer.h"
#include "net/loop/stream.h"
#include "net/socket_address.h"

namespace art32::net::testing {

using namespace std::chrono_literals;

// A test for each back end. Where the kernel forbids io_uring it is skipped, and says so.
class OnLoop : public ::testing::TestWithParam<LoopBackend> {
 protected:
  void SetUp() override {
    auto made = EventLoop::make(GetParam());
    if (!made && GetParam() == LoopBackend::io_uring)
      GTEST_SKIP() << "no io_uring here: " << made.error().what;
    ASSERT_TRUE(made.has_value()) << made.error().what;
    loop_ = std::move(made).value();
  }

  EventLoop& loop() { return *loop_; }

  // Runs until it holds; false if that takes too long. Looks after every few events.
  template <class Condition>
  bool run_until(Condition holds, std::chrono::milliseconds limit = 20s) {
    const auto end = std::chrono::steady_clock::now() + limit;
    LoopTimer look(*loop_, [&] {
      if (holds() || std::chrono::steady_clock::now() >= end) return loop_->stop();
      look.set(1ms);
    });
    look.set(0ms);
    loop_->run();
    return holds();
  }
  // For what must not happen.
  void run_for(std::chrono::milliseconds time) {
    run_until([] { return false; }, time);
  }
  void drop_loop() { loop_.reset(); }

 private:
  std::unique_ptr<EventLoop> loop_;
};

inline std::string backend_name(const ::testing::TestParamInfo<LoopBackend>& information) {
  return std::string(name(information.param));
}

#define ART32_ON_BOTH_BACKENDS(suite)                                                           \
  INSTANTIATE_TEST_SUITE_P(                                                                     \
      backends, suite,                                                                          \
      ::testing::Values(::art32::net::LoopBackend::io_uring, ::art32::net::LoopBackend::epoll), \
      ::art32::net::testing::backend_name)

struct SocketPair {
  Descriptor one;
  Descriptor other;
};

inline SocketAddress address_of(const Descriptor& socket) {
  SocketAddress address;
  ART32_ASSERT(::getsockname(socket.number(), address.native(), &address.size) == 0);
  return address;
}

inline Descriptor listen_anywhere() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const SocketAddress address = parse_socket_address("127.0.0.1", 0).value();
  ART32_ASSERT(::bind(socket.number(), address.native(), address.size) == 0);
  ART32_ASSERT(::listen(socket.number(), 1000) == 0);
  return socket;
}

// Non-blocking on both sides.
inline SocketPair tcp_pair() {
  const Descriptor listening = listen_anywhere();
  const SocketAddress address = address_of(listening);
  Descriptor one(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::connect(one.number(), address.native(), address.size);
  pollfd entry{listening.number(), POLLIN, 0};
  ART32_ASSERT(::poll(&entry, 1, 5000) == 1);
  Descriptor other(::accept4(listening.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  ART32_ASSERT(other.is_open());
  const int on = 1;
  ::setsockopt(one.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(other.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {std::move(one), std::move(other)};
}

inline SocketPair unix_pair() {
  std::array<int, 2> numbers{};
  ART32_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, numbers.data()) == 0);
  return {Descriptor(numbers[0]), Descriptor(numbers[1])};
}

// Closing it resets the connection.
inline void reset_on_close(const Descriptor& socket) {
  const linger none{1, 0};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

struct Recorder : StreamHandler {
  void on_data(base::ByteView octets) override {
    received += base::as_text(octets);
    if (then) then();
  }
  void on_drained() override { ++drained; }
  void on_end(const StreamEnd& given) override {
    ++ends;
    end = given;
    if (at_end) at_end();
  }

  std::string received;
  int drained = 0;
  int ends = 0;
  std::optional<StreamEnd> end;
  std::function<void()> then;
  std::function<void()> at_end;
};

// Octets of a stream that differ wherever something is lost, doubled or swapped.
inline std::uint8_t pattern(std::size_t place) {
  return static_cast<std::uint8_t>(place * 2654435761U >> 13);
}

inline base::Bytes pattern_octets(std::size_t from, std::size_t count) {
  base::Bytes octets(count);
  for (std::size_t index = 0; index < count; ++index)
    octets[index] = pattern(from + index);
  return octets;
}

}  // namespace art32::net::testing
