#include "net/http_exchange.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

#include "net/deadline.h"
#include "net/https_server.h"
#include "net/listening_socket.h"
#include "net/testing.h"

namespace art32::net {
namespace {

TEST(HttpExchange, speaks_without_tls_to_the_loopback) {
  const auto server =
      HttpsServer::start_plain({}, listen_tcp("127.0.0.1", 0).value(), testing::echo_handler());
  HttpRequest request;
  request.method = "POST";
  request.target = "/hello";
  request.body = "content";
  const auto exchange =
      http_exchange({"127.0.0.1", server->port(), "127.0.0.1"}, request, {}, Transport::plain, {});
  ASSERT_TRUE(exchange) << exchange.error().message();
  EXPECT_EQ(exchange->response.status, 200);
  EXPECT_NE(exchange->response.body->find("content"), std::string::npos) << *exchange->response.body;
  EXPECT_EQ(exchange->certificate_pem, "");
}

TEST(HttpExchange, ends_when_it_is_told_to) {
  const auto nobody_answers = listen_tcp("127.0.0.1", 0).value();
  std::stop_source stop;
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  const auto began = std::chrono::steady_clock::now();
  HttpRequest request;
  request.method = "GET";
  request.target = "/";
  HttpsClientOptions options;
  options.limit = std::chrono::seconds(30);
  const auto exchange = http_exchange({"127.0.0.1", local_port(nobody_answers.number()), "127.0.0.1"},
                                      request, options, Transport::plain, stop.get_token());
  stopper.join();
  ASSERT_FALSE(exchange);
  EXPECT_EQ(exchange.error().code, base::ErrorCode::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST(HttpExchange, fails_where_the_peer_closes_without_a_whole_answer) {
  for (const std::string_view answer :
       {"", "H", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}) {
    const auto listening = listen_tcp("127.0.0.1", 0).value();
    std::thread peer([&] {
      const Deadline deadline(std::chrono::seconds(10));
      EXPECT_EQ(deadline.wait(listening.number(), POLLIN), Deadline::Wait::ready);
      const Descriptor connection(::accept(listening.number(), nullptr, nullptr));
      char octets[4'096];
      // After the request has come, so that closing doesn't reset the connection.
      EXPECT_GT(::recv(connection.number(), octets, sizeof octets, 0), 0);
      EXPECT_EQ(::send(connection.number(), answer.data(), answer.size(), MSG_NOSIGNAL), std::ssize(answer));
    });
    HttpRequest request;
    request.method = "GET";
    request.target = "/";
    const auto exchange = http_exchange({"127.0.0.1", local_port(listening.number()), "127.0.0.1"}, request,
                                        {}, Transport::plain, {});
    peer.join();
    ASSERT_FALSE(exchange) << answer;
    EXPECT_EQ(exchange.error().code, base::ErrorCode::corrupt) << exchange.error().message();
  }
}

}  // namespace
}  // namespace art32::net
