#include "net/loop/acceptor.h"

#include <sys/resource.h>

#include "base/scratch_folder.h"
#include "net/loop/stream_connect.h"
#include "net/loop/testing.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;

class AcceptorOn : public testing::OnLoop {};
ART32_ON_BOTH_BACKENDS(AcceptorOn);
class StreamConnectOn : public testing::OnLoop {};
ART32_ON_BOTH_BACKENDS(StreamConnectOn);

Descriptor connect_to(const SocketAddress& address) {
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::connect(socket.number(), address.native(), address.size);
  return socket;
}

TEST_P(AcceptorOn, takes_every_connection_with_its_address) {
  Descriptor listening = testing::listen_anywhere();
  const SocketAddress address = testing::address_of(listening);
  std::vector<Descriptor> accepted;
  Acceptor acceptor(loop(), std::move(listening), [&](Descriptor socket, const SocketAddress& peer) {
    EXPECT_EQ(peer.host(), "127.0.0.1");
    accepted.push_back(std::move(socket));
  });
  std::vector<Descriptor> clients;
  for (int count = 0; count < 200; ++count)
    clients.push_back(connect_to(address));
  EXPECT_TRUE(run_until([&] { return accepted.size() == 200; }));
}

TEST_P(AcceptorOn, leaves_connections_to_the_kernel_while_paused) {
  Descriptor listening = testing::listen_anywhere();
  const SocketAddress address = testing::address_of(listening);
  std::size_t accepted = 0;
  Acceptor acceptor(loop(), std::move(listening), [&](Descriptor, const SocketAddress&) {
    ++accepted;
    acceptor.pause();
  });
  const Descriptor one = connect_to(address);
  const Descriptor other = connect_to(address);
  EXPECT_TRUE(run_until([&] { return accepted == 1; }));
  run_for(20ms);
  EXPECT_EQ(accepted, 1U);
  acceptor.resume();
  EXPECT_TRUE(run_until([&] { return accepted == 2; }));
}

TEST_P(AcceptorOn, may_be_destroyed_by_the_connection_that_it_takes) {
  Descriptor listening = testing::listen_anywhere();
  const SocketAddress address = testing::address_of(listening);
  std::size_t accepted = 0;
  std::unique_ptr<Acceptor> acceptor;
  acceptor = std::make_unique<Acceptor>(loop(), std::move(listening), [&](Descriptor, const SocketAddress&) {
    ++accepted;
    acceptor.reset();
  });
  const Descriptor one = connect_to(address);
  const Descriptor other = connect_to(address);
  run_for(50ms);
  EXPECT_EQ(accepted, 1U);
}

TEST_P(AcceptorOn, goes_on_after_the_process_had_no_descriptor_left) {
  Descriptor listening = testing::listen_anywhere();
  const SocketAddress address = testing::address_of(listening);
  std::size_t accepted = 0;
  std::size_t exhausted = 0;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  Acceptor acceptor(
      loop(), std::move(listening), [&](Descriptor, const SocketAddress&) { ++accepted; },
      [&] {
        ++exhausted;
        ::setrlimit(RLIMIT_NOFILE, &before);
      });
  const Descriptor one = connect_to(address);
  EXPECT_TRUE(run_until([&] { return accepted == 1; }));
  const Descriptor other = connect_to(address);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  EXPECT_TRUE(run_until([&] { return accepted == 2; }));
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(exhausted, 1U);
}

TEST_P(AcceptorOn, hands_its_socket_on) {
  Descriptor listening = testing::listen_anywhere();
  const SocketAddress address = testing::address_of(listening);
  auto acceptor = std::make_unique<Acceptor>(loop(), std::move(listening),
                                             [](Descriptor, const SocketAddress&) { FAIL(); });
  run_for(5ms);
  const Descriptor released = acceptor->release();
  acceptor.reset();
  const Descriptor client = connect_to(address);
  run_for(20ms);
  const Descriptor accepted(::accept4(released.number(), nullptr, nullptr, SOCK_CLOEXEC));
  EXPECT_TRUE(accepted.is_open());
}

TEST_P(StreamConnectOn, gives_a_connected_socket) {
  const Descriptor listening = testing::listen_anywhere();
  std::optional<base::Result<Descriptor>> result;
  const StreamConnect connect(loop(), testing::address_of(listening), 5s,
                              [&](base::Result<Descriptor> given) { result = std::move(given); });
  EXPECT_FALSE(result.has_value());
  ASSERT_TRUE(run_until([&] { return result.has_value(); }));
  ASSERT_TRUE(result->has_value()) << result->error().what;
  EXPECT_EQ(::send((*result)->number(), "x", 1, MSG_NOSIGNAL), 1);
}

TEST_P(StreamConnectOn, says_who_refuses) {
  const SocketAddress address = testing::address_of(testing::listen_anywhere());  // closed again
  std::optional<base::Result<Descriptor>> result;
  const StreamConnect connect(loop(), address, 5s,
                              [&](base::Result<Descriptor> given) { result = std::move(given); });
  ASSERT_TRUE(run_until([&] { return result.has_value(); }));
  ASSERT_FALSE(result->has_value());
  EXPECT_EQ(result->error().code, base::ErrorCode::unavailable);
  EXPECT_EQ(result->error().what, "cannot connect to " + address.place() + ": Connection refused");
}

// A full backlog: the kernel drops what comes.
TEST_P(StreamConnectOn, gives_up_at_its_deadline) {
  const Descriptor listening(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const SocketAddress any = parse_socket_address("127.0.0.1", 0).value();
  ASSERT_EQ(::bind(listening.number(), any.native(), any.size), 0);
  ASSERT_EQ(::listen(listening.number(), 0), 0);
  const SocketAddress address = testing::address_of(listening);
  std::vector<Descriptor> others;
  for (int count = 0; count < 4; ++count)
    others.push_back(connect_to(address));
  std::optional<base::Result<Descriptor>> result;
  const StreamConnect connect(loop(), address, 50ms,
                              [&](base::Result<Descriptor> given) { result = std::move(given); });
  ASSERT_TRUE(run_until([&] { return result.has_value(); }));
  ASSERT_FALSE(result->has_value());
  EXPECT_EQ(result->error().code, base::ErrorCode::timeout);
}

TEST_P(StreamConnectOn, calls_nobody_once_destroyed) {
  const Descriptor listening = testing::listen_anywhere();
  bool was_called = false;
  auto connect = std::make_unique<StreamConnect>(loop(), testing::address_of(listening), 5s,
                                                 [&](const base::Result<Descriptor>&) { was_called = true; });
  loop().post([&] { connect.reset(); });
  run_for(20ms);
  EXPECT_FALSE(was_called);
}

TEST_P(StreamConnectOn, may_be_destroyed_by_its_own_call) {
  const Descriptor listening = testing::listen_anywhere();
  std::unique_ptr<StreamConnect> connect;
  bool was_called = false;
  connect = std::make_unique<StreamConnect>(loop(), testing::address_of(listening), 5s,
                                            [&](const base::Result<Descriptor>& given) {
                                              connect.reset();
                                              was_called = given.has_value();
                                            });
  EXPECT_TRUE(run_until([&] { return was_called; }));
}

TEST_P(StreamConnectOn, reaches_unix_sockets_and_waits_for_a_full_backlog) {
  const base::ScratchFolder folder;
  const SocketAddress address = unix_socket_address((folder.path() / "socket").string()).value();
  Descriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listening.number(), address.native(), address.size), 0);
  ASSERT_EQ(::listen(listening.number(), 0), 0);
  const Descriptor first = connect_to(address);
  std::optional<base::Result<Descriptor>> result;
  const StreamConnect connect(loop(), address, 10s,
                              [&](base::Result<Descriptor> given) { result = std::move(given); });
  run_for(20ms);
  EXPECT_FALSE(result.has_value());
  std::size_t accepted = 0;
  const Acceptor acceptor(loop(), std::move(listening),
                          [&](Descriptor, const SocketAddress&) { ++accepted; });
  EXPECT_TRUE(run_until([&] { return result.has_value() && accepted == 2; }));
  EXPECT_TRUE(result.has_value() && result->has_value());
}

TEST(SocketAddress, refuses_a_path_that_is_too_long_for_the_kernel) {
  EXPECT_FALSE(unix_socket_address(std::string(108, 'x')).has_value());
  EXPECT_FALSE(unix_socket_address("").has_value());
  EXPECT_EQ(unix_socket_address("/run/postgresql/.s").value().place(), "/run/postgresql/.s");
}

}  // namespace
}  // namespace art32::net
