// Octets that are not a request: each gets a status or a close, and the next client
// doesn't notice. The grammar's own table is in src/net/http_request_reader_test.cpp.
#include <gtest/gtest.h>

#include "tests/http/abuse.h"

namespace art32::http_test {
namespace {

using net::Descriptor;
using net::testing::Server;

struct Case {
  std::string_view what;
  std::string octets;
  std::string status;  // empty: a close without a word is right
};

std::vector<Case> malformed_requests() {
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n";
  return {
      {"both framings", get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
      {"two lengths", get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", "400"},
      {"chunked", get + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "411"},
      {"unknown coding", get + "Transfer-Encoding: identity\r\n\r\n", "501"},
      {"a folded line", get + "X: a\r\n\tb\r\n\r\n", "400"},
      {"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", "400"},
      {"a NUL", get + std::string("X: a\0b\r\n\r\n", 10), "400"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", "400"},
      {"two hosts", get + "Host: y\r\n\r\n", "400"},
      {"absolute form", "GET https://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"a fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"the folder above", "GET /de/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"the folder above, encoded", "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"broken percent encoding", "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", "400"},
      {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", "400"},
      {"HTTP/0.9", "GET /\r\n\r\n", "400"},
      {"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {"a long target", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", "414"},
      {"long headers", get + "X: " + std::string(1U << 20, 'a') + "\r\n\r\n", "431"},
      {"many headers",
       [&] {
         std::string lines = get;
         for (int count = 0; count < 2000; ++count)
           lines += "A: b\r\n";
         return lines + "\r\n";
       }(),
       "431"},
      {"a long body", get + "Content-Length: 1000000000\r\n\r\n" + std::string(200'000, 'b'), "413"},
      {"random octets", std::string("\x80\x01\xff\r\n\r\n\x00\x7f", 9), "400"},
      {"TLS within TLS", std::string("\x16\x03\x01\x02\x00\r\n\r\n", 9), "400"},
  };
}

TEST(Malformed, requests_get_a_status_and_a_close) {
  const Server server;
  const Onlooker onlooker(server);
  for (const Case& each : malformed_requests()) {
    Visitor visitor(server);
    visitor.send(each.octets);
    const auto received = visitor.receive(patience);
    EXPECT_TRUE(received.closed) << each.what;
    EXPECT_EQ(received.octets.substr(0, 13), "HTTP/1.1 " + each.status + " ") << each.what;
    EXPECT_EQ(received.octets.find("HTTP/1.1", 8), std::string::npos) << each.what << ": one answer only";
  }
  EXPECT_TRUE(onlooker.is_served_quickly());
}

TEST(Malformed, body_is_not_taken_for_a_second_request) {
  const Server server;
  Visitor visitor(server);
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  visitor.send("POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(hidden.size()) +
               "\r\nConnection: close\r\n\r\n" + hidden + hidden);
  const auto received = visitor.receive(patience);
  EXPECT_TRUE(received.closed);
  EXPECT_EQ(received.octets.find("GET /hidden  "), std::string::npos);
}

TEST(Malformed, plaintext_is_told_so_without_the_page) {
  const Server server;
  const Onlooker onlooker(server);
  const Descriptor socket = server.connect();
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  ::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL);
  const auto received = net::testing::receive_all(socket, patience);
  EXPECT_TRUE(received.closed);
  EXPECT_EQ(received.octets.substr(0, 13), "HTTP/1.1 400 ");
  EXPECT_EQ(received.octets.find("Strict-Transport-Security"), std::string::npos);
  EXPECT_TRUE(onlooker.is_served_quickly());
}

TEST(Malformed, handshakes_end_the_connection) {
  const Server server;
  const Onlooker onlooker(server);
  for (const std::string& octets : {std::string(100, '\0'), std::string(5000, '\xff'),
                                    std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'),
                                    std::string("\x80\x2e\x01\x00\x02", 5) + std::string(200, 'x'),
                                    std::string("\x15\x03\x01\x00\x02\x02\x28", 7)}) {
    const Descriptor socket = server.connect();
    ::send(socket.number(), octets.data(), octets.size(), MSG_NOSIGNAL);
    EXPECT_TRUE(net::testing::receive_all(socket, patience).closed);
  }
  EXPECT_GE(server->counters().handshake_failures_total, 5U);
  EXPECT_TRUE(onlooker.is_served_quickly());
}

}  // namespace
}  // namespace art32::http_test
