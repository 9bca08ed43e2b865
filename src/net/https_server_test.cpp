#include "net/https_server.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/scratch_folder.h"
#include "net/testing.h"
#include "net/unix_socket.h"

namespace art32::net {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using testing::ample;
using testing::Server;

HttpRequest request(std::string method, std::string target, std::string body = {}) {
  HttpRequest result;
  result.method = std::move(method);
  result.target = std::move(target);
  result.body = std::move(body);
  return result;
}

TEST(HttpsServer, answers_with_date_length_and_finished_headers) {
  const Server server;
  const auto exchange = server.get("/a%20b?c");
  ASSERT_TRUE(exchange.has_value()) << exchange.error().message();
  const HttpResponse& response = exchange->response;
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(*response.body, "GET /a b c ");
  EXPECT_EQ(find_header(response.headers, "content-length"), "11");
  EXPECT_EQ(find_header(response.headers, "x-finished"), "yes");
  EXPECT_EQ(find_header(response.headers, "date").value_or("").size(), 29U);
  EXPECT_EQ(crypto::certificate_pin(exchange->certificate_pem),
            crypto::certificate_pin(server.identity().certificate_pem));
}

TEST(HttpsServer, reads_bodies_and_sends_large_ones) {
  const Server server;
  const auto posted =
      https_exchange(server.endpoint(), request("POST", "/", std::string(60'000, 'p')), server.client());
  ASSERT_TRUE(posted.has_value()) << posted.error().message();
  EXPECT_EQ(posted->response.body->size(), 60'000U + 8);
  const auto big = server.get("/big");
  ASSERT_TRUE(big.has_value());
  EXPECT_EQ(*big->response.body, std::string(1U << 20, 'b'));
}

TEST(HttpsServer, answers_head_with_the_length_and_without_the_body) {
  const Server server;
  const auto exchange = https_exchange(server.endpoint(), request("HEAD", "/big"), server.client());
  ASSERT_TRUE(exchange.has_value()) << exchange.error().message();
  EXPECT_EQ(find_header(exchange->response.headers, "content-length"), "1048576");
  EXPECT_EQ(*exchange->response.body, "");
}

TEST(HttpsServer, sends_no_body_with_not_modified) {
  const Server server;
  const auto answer = server.raw("GET /not-modified HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", ample);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->substr(answer->size() - 4), "\r\n\r\n");
  EXPECT_EQ(answer->find("Content-Length"), std::string::npos);
}

TEST(HttpsServer, turns_an_exception_and_an_unsound_response_into_500) {
  const Server server;
  for (const char* path : {"/throw", "/unsound"}) {
    const auto exchange = server.get(path);
    ASSERT_TRUE(exchange.has_value());
    EXPECT_EQ(exchange->response.status, 500);
    EXPECT_EQ(find_header(exchange->response.headers, "x-injected"), std::nullopt);
    EXPECT_EQ(find_header(exchange->response.headers, "x-finished"), "yes");
  }
}

std::string exchange_on(const base::Path& path, std::string_view octets) {
  const Descriptor client = connect_unix(path).value();
  EXPECT_EQ(::send(client.number(), octets.data(), octets.size(), MSG_NOSIGNAL), std::ssize(octets));
  return testing::receive_all(client, ample).octets;
}

TEST(HttpsServer, answers_without_tls_on_a_unix_socket) {
  const base::ScratchFolder folder;
  const base::Path path = folder.path() / "plain.sock";
  const auto server =
      HttpsServer::start_plain({}, listen_unix(path, UnixMode::owner_only).value(), testing::echo_handler());
  const std::string two =
      exchange_on(path,
                  "GET /one HTTP/1.1\r\nHost: x\r\n\r\nPOST /two HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  "3\r\nConnection: close\r\n\r\nabc");
  EXPECT_NE(two.find("GET /one"), two.npos);
  EXPECT_NE(two.find("POST /two  abc"), two.npos);
  const std::string big = exchange_on(path, "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(big.ends_with(std::string(1U << 20, 'b')));
  EXPECT_TRUE(exchange_on(path, "rubbish\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST(HttpsServer, finishes_its_own_error_answers) {
  const Server server;
  const auto answer = server.raw("GET / HTTP/1.1\r\n\r\n", ample);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->substr(0, 12), "HTTP/1.1 400");
  EXPECT_NE(answer->find("X-Finished: yes\r\n"), std::string::npos);
  EXPECT_NE(answer->find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(answer->find("error 400"), std::string::npos);
}

// What the server says to a client that waits to be told to go on, and never does.
TEST(HttpsServer, tells_a_waiting_client_to_go_on) {
  HttpsServerOptions options;
  options.limits.request = 300ms;
  const Server server(options);
  const auto answer = server.raw(
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 4\r\n\r\n",
      ample);
  ASSERT_TRUE(answer.has_value());
  const std::string_view expected = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 408 ";
  EXPECT_EQ(answer->substr(0, expected.size()), expected);
}

TEST(HttpsServer, serves_others_while_a_handler_blocks) {
  HttpsServerOptions options;
  options.threads = 1;
  testing::Gate gate;
  const Server server(options, testing::gated_handler(gate));
  std::jthread blocked([&] { EXPECT_EQ(server.get("/gated")->response.status, 200); });
  EXPECT_TRUE(gate.wait_for(1));
  EXPECT_EQ(server.get("/quick")->response.status, 200) << "while the gate is closed";
  gate.open();
}

TEST(HttpsServer, answers_503_when_too_many_requests_block) {
  HttpsServerOptions options;
  options.limits.blocking_requests = 1;
  testing::Gate gate;
  const Server server(options, testing::gated_handler(gate));
  std::jthread blocked([&] { EXPECT_EQ(server.get("/gated")->response.status, 200); });
  EXPECT_TRUE(gate.wait_for(1));
  const auto refused = server.get("/gated");
  gate.open();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->response.status, 503);
  EXPECT_EQ(find_header(refused->response.headers, "retry-after"), "5");
}

TEST(HttpsServer, answers_429_when_too_many_sign_in_and_serves_the_rest) {
  HttpsServerOptions options;
  options.limits.sign_in_requests = 1;
  options.limits.blocking_requests = 1;
  testing::Gate gate;
  const Server server(options, testing::gated_handler(gate));
  std::jthread first([&] { EXPECT_EQ(server.get("/sign-in")->response.status, 200); });
  EXPECT_TRUE(gate.wait_for(1));
  const auto refused = server.get("/sign-in");
  EXPECT_EQ(server.get("/slow")->response.status, 200) << "has a lane of its own";
  gate.open();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->response.status, 429);
  EXPECT_EQ(find_header(refused->response.headers, "retry-after"), "5");
}

TEST(HttpsServer, says_when_the_port_is_taken) {
  const Server server;
  HttpsServerOptions options;
  options.port = server.endpoint().port;
  const auto second = HttpsServer::start(options, server.identity().tls(), testing::echo_handler());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST(HttpsServer, serves_a_replaced_certificate) {
  Server server;
  const testing::Identity other;
  server->replace_tls(other.tls());
  EXPECT_FALSE(server.get("/").has_value());
  HttpsClientOptions options;
  options.authorities_pem = other.authority_pem;
  EXPECT_TRUE(https_get(server.endpoint(), "/", options).has_value());
}

TEST(HttpsServer, lets_running_requests_end_when_it_stops) {
  testing::Gate gate;
  const Server server({}, testing::gated_handler(gate));
  std::jthread running([&] {
    const auto exchange = server.get("/gated");
    ASSERT_TRUE(exchange.has_value()) << exchange.error().message();
    EXPECT_EQ(exchange->response.status, 200);
    EXPECT_EQ(find_header(exchange->response.headers, "connection"), "close");
  });
  EXPECT_TRUE(gate.wait_for(1));
  const Descriptor idle = server.connect();
  const Endpoint endpoint = server.endpoint();
  std::jthread stopping([&] { server->stop(); });
  EXPECT_TRUE(testing::receive_all(idle, ample).closed);
  // A connection that nobody has looked at yet ends before the listener does.
  const auto soon = [](const std::function<bool()>& holds) {
    for (const Deadline limit(ample); !holds() && !limit.passed();)
      std::this_thread::sleep_for(5ms);
    return holds();
  };
  EXPECT_TRUE(soon([&] { return !connect_tcp(endpoint, Deadline(1s)).has_value(); }));
  EXPECT_TRUE(soon([&] { return server->counters().connections_now == 1U; })) << "the one that is answered";
  gate.open();
  stopping.join();
  EXPECT_EQ(server->counters().connections_now, 0U);
}

TEST(HttpsServer, counts) {
  Server server;
  EXPECT_TRUE(server.get("/").has_value());
  EXPECT_TRUE(server.get("/").has_value());
  EXPECT_EQ(server->counters().requests_total, 2U);
  EXPECT_EQ(server->counters().connections_total, 2U);
}

TEST(HttpsClient, refuses_an_unknown_authority_and_a_wrong_name) {
  const Server server;
  const testing::Identity stranger;
  HttpsClientOptions options;
  options.authorities_pem = stranger.authority_pem;
  EXPECT_EQ(https_get(server.endpoint(), "/", options).error().code, ErrorCode::unavailable);
  Endpoint wrong = server.endpoint();
  wrong.server_name = "example.org";
  const auto named = https_get(wrong, "/", server.client());
  ASSERT_FALSE(named.has_value());
  EXPECT_NE(named.error().what.find("doesn't verify"), std::string::npos) << named.error().what;
  wrong.server_name = "127.0.0.1";
  EXPECT_TRUE(https_get(wrong, "/", server.client()).has_value());
}

TEST(HttpsClient, gives_up_at_its_deadline) {
  testing::Gate gate;
  const Server server({}, testing::gated_handler(gate));
  HttpsClientOptions options = server.client();
  options.limit = 100ms;
  const auto late = https_get(server.endpoint(), "/gated", options);
  gate.open();
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, ErrorCode::timeout) << late.error().message();
}

TEST(HttpsClient, refuses_a_body_larger_than_it_wants) {
  const Server server;
  HttpsClientOptions options = server.client();
  options.body_octets = 1000;
  const auto large = https_get(server.endpoint(), "/big", options);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::exhausted) << large.error().message();
}

}  // namespace
}  // namespace art32::net
