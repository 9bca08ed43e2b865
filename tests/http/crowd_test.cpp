// Many connections at once: half-open ones, more than there is room for, more than
// there are descriptors for.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

#include "net/listener.h"
#include "net/socket_address.h"
#include "tests/http/abuse.h"

namespace art32::http_test {
namespace {

using namespace std::chrono_literals;
using net::Descriptor;
using net::testing::Server;

// A handshake record that announces 512 octets, and the begin of a ClientHello.
constexpr std::string_view half_a_hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);

void send_raw(const Descriptor& socket, std::string_view octets) {
  ASSERT_EQ(::send(socket.number(), octets.data(), octets.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(octets.size()));
}

void wait_for_connections(const Server& server, std::uint64_t count) {
  for (int tries = 0; tries < 3000 && server->counters().connections_now < count; ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  EXPECT_GE(server->counters().connections_now, count);
}

long resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  long value = 0;
  while (status >> word) {
    if (word == "VmRSS:") status >> value;
  }
  return value;
}

TEST(Crowd, of_two_thousand_half_open_connections_hurts_nobody) {
  net::raise_descriptor_limit(10'000);
  net::HttpsLimits limits;
  limits.handshake = 120s;  // nobody goes before the last has come, even on a busy machine
  const Server server(with_limits(limits));
  const Onlooker onlooker(server);
  const long before = resident_kib();
  std::vector<Descriptor> crowd;
  for (int count = 0; count < 2000; ++count) {
    crowd.push_back(server.connect());
    if (count % 2 == 1) send_raw(crowd.back(), half_a_hello);
  }
  wait_for_connections(server, 2000);
  EXPECT_TRUE(onlooker.is_served_quickly());
  EXPECT_GE(server->counters().connections_now, 2000U);
  EXPECT_LE(resident_kib() - before, 16 * 1024) << "KiB for the crowd, its own sockets included";
}

TEST(Crowd, of_half_open_connections_ends_when_the_handshake_takes_too_long) {
  net::HttpsLimits limits;
  limits.handshake = 300ms;
  const Server server(with_limits(limits));
  const Descriptor silent = server.connect();
  const Descriptor half = server.connect();
  send_raw(half, half_a_hello);
  EXPECT_TRUE(net::testing::receive_all(silent, patience).closed);
  EXPECT_TRUE(net::testing::receive_all(half, patience).closed);
  EXPECT_EQ(server->counters().connections_now, 0U);
}

TEST(Crowd, larger_than_the_room_makes_who_waited_longest_go) {
  net::HttpsLimits limits;
  limits.connections = 20;
  const Server server(with_limits(limits));
  const Onlooker onlooker(server);
  std::vector<Descriptor> crowd;
  for (int count = 0; count < 200; ++count) {
    crowd.push_back(server.connect());
  }
  EXPECT_TRUE(onlooker.is_served_quickly());
  EXPECT_LE(server->counters().connections_now, 20U);
  EXPECT_TRUE(net::testing::receive_all(crowd.front(), patience).closed);
  EXPECT_FALSE(net::testing::receive_all(crowd.back(), 50ms).closed) << "the newest one was let in";
}

TEST(Crowd, at_the_limit_does_not_end_requests_that_are_answered) {
  net::HttpsLimits limits;
  limits.connections = 2;
  net::testing::Gate gate;
  const Server server(with_limits(limits, 1), net::testing::gated_handler(gate));
  Visitor first(server);
  Visitor second(server);
  first.send("GET /gated HTTP/1.1\r\nHost: x\r\n\r\n");
  second.send("GET /gated HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(gate.wait_for(2));
  const Descriptor refused = server.connect();
  EXPECT_TRUE(net::testing::receive_all(refused, patience).closed);
  gate.open();
  EXPECT_EQ(first.receive(patience, "/gated  ").octets.substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(second.receive(patience, "/gated  ").octets.substr(0, 12), "HTTP/1.1 200");
}

// Takes away every descriptor that is free, for as long as it lives.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Descriptor probe(::dup(0));  // the lowest free number
    rlimit tight = before_;
    tight.rlim_cur = static_cast<rlim_t>(probe.number());
    ::setrlimit(RLIMIT_NOFILE, &tight);
  }
  ~NoDescriptorLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;

 private:
  rlimit before_{};
};

TEST(Crowd, that_takes_the_last_descriptor_makes_room_for_the_next) {
  const Server server(with_limits({}, 1));
  const Onlooker onlooker(server);
  std::vector<Descriptor> crowd;
  for (int count = 0; count < 10; ++count) {
    crowd.push_back(server.connect());
  }
  wait_for_connections(server, 10);
  const auto address = net::parse_socket_address("127.0.0.1", server.endpoint().port).value();
  const Descriptor late(::socket(AF_INET, SOCK_STREAM, 0));
  {
    const NoDescriptorLeft none;
    ASSERT_EQ(::connect(late.number(), address.native(), address.size), 0);
    send_raw(late, "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(net::testing::receive_all(late, patience).octets.substr(0, 12), "HTTP/1.1 400");
  }
  EXPECT_TRUE(onlooker.is_served_quickly());
}

}  // namespace
}  // namespace art32::http_test
