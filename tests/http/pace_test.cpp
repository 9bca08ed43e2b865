// Clients that are too slow, too quick, or gone: drip-feeding a request, never
// reading, pipelining by the thousand, closing and resetting at every stage.
#include <gtest/gtest.h>

#include "tests/http/abuse.h"

namespace art32::http_test {
namespace {

using namespace std::chrono_literals;
using net::Descriptor;
using net::testing::Server;

const std::string page_request = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(Pace, drip_fed_request_ends_by_its_total_time) {
  net::HttpsLimits limits;
  limits.request = 500ms;
  const Server server(with_limits(limits, 1));
  const Onlooker onlooker(server);
  Visitor visitor(server);
  const auto begin = std::chrono::steady_clock::now();
  net::testing::Received received;
  while (std::chrono::steady_clock::now() - begin < patience && !received.closed && received.octets.empty()) {
    visitor.send("a");
    received = visitor.receive(20ms);
  }
  EXPECT_EQ(received.octets.substr(0, 13), "HTTP/1.1 408 ") << "though it never paused";
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 400ms);
  EXPECT_TRUE(onlooker.is_served_quickly());
}

// Carries what a client says to the server octet by octet, and answers back whole.
void relay_octet_by_octet(const Descriptor& client, const Descriptor& server, std::stop_token stop) {
  std::array<char, 16'384> buffer;
  std::array<pollfd, 2> entries{pollfd{client.number(), POLLIN, 0}, pollfd{server.number(), POLLIN, 0}};
  while (!stop.stop_requested()) {
    ::poll(entries.data(), entries.size(), 20);
    for (ssize_t got = ::recv(client.number(), buffer.data(), 1, MSG_DONTWAIT); got == 1;
         got = ::recv(client.number(), buffer.data(), 1, MSG_DONTWAIT)) {
      ::send(server.number(), buffer.data(), 1, MSG_NOSIGNAL);
    }
    const ssize_t got = ::recv(server.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) ::send(client.number(), buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
  }
}

TEST(Pace, handshake_cut_into_octets_is_a_handshake) {
  const Server server;
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  const Descriptor middle(ends[0]);
  const Descriptor connection = server.connect();
  std::jthread relay(
      [&](std::stop_token stop) { relay_octet_by_octet(middle, connection, std::move(stop)); });
  Visitor visitor{Descriptor(ends[1])};
  visitor.send(page_request);
  EXPECT_EQ(visitor.receive(patience, "GET /page  ").octets.substr(0, 13), "HTTP/1.1 200 ");
}

TEST(Pace, body_that_never_comes_ends_too) {
  net::HttpsLimits limits;
  limits.request = 300ms;
  const Server server(with_limits(limits, 1));
  Visitor visitor(server);
  visitor.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  const auto received = visitor.receive(patience);
  EXPECT_EQ(received.octets.substr(0, 13), "HTTP/1.1 408 ");
  EXPECT_TRUE(received.closed);
}

TEST(Pace, idle_connection_is_closed_without_a_word) {
  net::HttpsLimits limits;
  limits.idle = 2s;  // even on a busy machine the visitor asks sooner
  const Server server(with_limits(limits, 1));
  Visitor visitor(server);
  visitor.send(page_request);
  EXPECT_EQ(visitor.receive(patience, "GET /page  ").octets.substr(0, 13), "HTTP/1.1 200 ");
  const auto received = visitor.receive(patience);
  EXPECT_TRUE(received.closed);
  EXPECT_EQ(received.octets, "");
}

TEST(Pace, client_that_never_reads_is_dropped_and_hurts_nobody) {
  net::HttpsLimits limits;
  limits.write = 500ms;
  const Server server(with_limits(limits, 1));
  const Onlooker onlooker(server);
  std::vector<std::unique_ptr<Visitor>> stalled;
  for (int count = 0; count < 20; ++count) {
    stalled.push_back(std::make_unique<Visitor>(server));
    for (int request = 0; request < 8; ++request)
      stalled.back()->send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_TRUE(onlooker.is_served_quickly());
  EXPECT_GE(server->counters().connections_now, 20U);
  stalled.clear();
  EXPECT_TRUE(empties(server));
}

TEST(Pace, stalled_answer_ends_by_its_time) {
  net::HttpsLimits limits;
  limits.write = 300ms;
  net::HttpHandler handler = net::testing::echo_handler();
  // Small enough for no further second, but many of them fill every buffer on the way.
  const auto body = std::make_shared<const std::string>(15'000, 'b');
  handler.answer = [body](const net::HttpRequest&) { return net::HttpResponse{200, {}, body}; };
  const Server server(with_limits(limits, 1), handler);
  const Onlooker onlooker(server);
  Visitor visitor(server);
  std::string requests;
  for (int count = 0; count < 2000; ++count)
    requests += page_request;
  visitor.send(requests);
  EXPECT_TRUE(empties(server));
  EXPECT_LT(server->counters().requests_total, 2000U)
      << "the answers fitted into the buffers: nothing stalled";
  EXPECT_TRUE(onlooker.is_served_quickly());
}

TEST(Pace, thousands_of_pipelined_requests_are_answered_in_order) {
  const Server server(with_limits({}, 1));
  const Onlooker onlooker(server);
  Visitor visitor(server);
  std::string requests;
  std::string expected;
  constexpr int count = 3000;
  for (int number = 0; number < count; ++number) {
    requests += "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: x\r\n";
    if (number + 1 == count) requests += "Connection: close\r\n";
    requests += "\r\n";
  }
  visitor.send(requests);
  EXPECT_TRUE(onlooker.is_served_quickly());
  const auto received = visitor.receive(patience);
  EXPECT_TRUE(received.closed);
  std::size_t at = 0;
  for (int number = 0; number < count; ++number) {
    at = received.octets.find("GET /" + std::to_string(number) + "  ", at);
    ASSERT_NE(at, std::string::npos) << number;
  }
}

TEST(Pace, closes_and_resets_at_every_stage_leave_nothing_behind) {
  const Server server(with_limits({}, 1));
  const Onlooker onlooker(server);
  for (int count = 0; count < 20; ++count) {
    Descriptor never_spoke = server.connect();
    Descriptor half = server.connect();
    ::send(half.number(), "\x16\x03\x01\x02", 4, MSG_NOSIGNAL);
    reset(half);
    Visitor after_handshake(server);
    Visitor in_request(server);
    in_request.send("GET / HT");
    reset(in_request.socket());
    Visitor in_answer(server);
    in_answer.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    reset(in_answer.socket());
    Visitor in_handler(server);
    if (count == 0) in_handler.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    reset(in_handler.socket());
  }
  EXPECT_TRUE(onlooker.is_served_quickly());
  EXPECT_TRUE(empties(server));
}

}  // namespace
}  // namespace art32::http_test
