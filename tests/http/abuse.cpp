#include "tests/http/abuse.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "net/tls_peer.h"

namespace art32::http_test {

using net::Deadline;
using net::StreamProgress;

Onlooker::Onlooker(const net::testing::Server& server) : server_(server) {
  bar_ = std::max(bar_, 5 * page_time());
  EXPECT_TRUE(empties(server));
}

Milliseconds Onlooker::page_time() const {
  std::array<Milliseconds, 5> times;
  for (Milliseconds& time : times) {
    const auto begin = std::chrono::steady_clock::now();
    const auto exchange = server_.get("/page");
    time = std::chrono::ceil<Milliseconds>(std::chrono::steady_clock::now() - begin);
    EXPECT_TRUE(exchange.has_value()) << exchange.error().message();
    EXPECT_TRUE(exchange && exchange->response.status == 200);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

testing::AssertionResult Onlooker::is_served_quickly() const {
  Milliseconds best = Milliseconds::max();
  for (int round = 0; round < 3 && best > bar_; ++round)
    best = std::min(best, page_time());
  if (best <= bar_) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "a page takes " << best.count() << " ms, more than " << bar_.count();
}

bool empties(const net::testing::Server& server) {
  const Deadline deadline(patience);
  while (server->counters().connections_now > 0 && !deadline.passed())
    std::this_thread::sleep_for(Milliseconds(5));
  return server->counters().connections_now == 0;
}

net::HttpsServerOptions with_limits(const net::HttpsLimits& limits, unsigned threads) {
  net::HttpsServerOptions options;
  options.threads = threads;
  options.limits = limits;
  return options;
}

void reset(net::Descriptor& socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket.close();
}

void Visitor::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Visitor::Visitor(net::Descriptor socket)
    : context_(SSL_CTX_new(TLS_client_method())), socket_(std::move(socket)) {
  SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  stream_ = std::make_unique<net::TlsStream>(context_.get(), socket_.number(), net::TlsRole::client);
  const auto progress = net::shake_hands(*stream_, socket_.number(), Deadline(patience));
  EXPECT_EQ(progress, StreamProgress::done) << stream_->failure();
}

bool Visitor::send(std::string_view octets) {
  const Deadline deadline(std::chrono::seconds(5));
  while (!octets.empty()) {
    const auto put = stream_->write(octets, net::More::no);
    if (put.progress == StreamProgress::done) {
      octets.remove_prefix(put.octets);
    } else if (put.progress == StreamProgress::closed || put.progress == StreamProgress::failed) {
      return false;
    } else if (!net::wait_for(put.progress, socket_.number(), deadline)) {
      return true;  // the server reads no more for now
    }
  }
  return true;
}

net::testing::Received Visitor::receive(Milliseconds limit, std::string_view end) {
  const Deadline deadline(limit);
  net::testing::Received received;
  std::array<char, 16'384> buffer;
  while (end.empty() || !received.octets.ends_with(end)) {
    const auto got = stream_->read(buffer);
    if (got.progress == StreamProgress::done) {
      received.octets.append(buffer.data(), got.octets);
    } else if (got.progress == StreamProgress::closed || got.progress == StreamProgress::failed) {
      received.closed = true;
      break;
    } else if (!net::wait_for(got.progress, socket_.number(), deadline)) {
      break;
    }
  }
  return received;
}

}  // namespace art32::http_test
