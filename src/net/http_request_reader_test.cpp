#include "net/http_request_reader.h"

#include <gtest/gtest.h>

#include <map>

namespace art32::net {
namespace {

using State = HttpRequestReader::State;

// The status that refuses these octets; 200 when they are a request, 0 when more is needed.
int judge(std::string_view octets, std::size_t step = std::string_view::npos) {
  HttpRequestReader reader;
  for (std::size_t at = 0; at < octets.size(); at += std::min(step, octets.size() - at)) {
    const State state = reader.put(octets.substr(at, step));
    if (state == State::refused) return reader.status();
    if (state == State::complete) return 200;
  }
  return 0;
}

std::string with_header(std::string_view line) {
  return "GET / HTTP/1.1\r\nHost: localhost\r\n" + std::string(line) + "\r\n\r\n";
}

TEST(HttpRequestReader, takes_http_1_0_where_told_and_ends_the_connection_after_it) {
  HttpRequestReader reader(OldestHttp::http_1_0);
  ASSERT_EQ(reader.put("GET /auth HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n"),
            HttpRequestReader::State::complete);
  EXPECT_EQ(reader.take().keep_alive, KeepAlive::no);
  HttpRequestReader hostless(OldestHttp::http_1_0);
  EXPECT_EQ(hostless.put("GET /auth HTTP/1.0\r\n\r\n"), HttpRequestReader::State::refused);
}

TEST(HttpRequestReader, reads_a_request_with_a_body) {
  HttpRequestReader reader;
  ASSERT_EQ(reader.put("POST /a?b HTTP/1.1\r\nhost: x:1\r\nContent-Length: 3\r\nX-One:  two \r\n\r\nabcGET"),
            State::complete);
  const auto received = reader.take();
  EXPECT_EQ(received.request.method, "POST");
  EXPECT_EQ(received.request.target, "/a?b");
  EXPECT_EQ(received.request.path, "/a");
  EXPECT_EQ(received.request.query, "b");
  EXPECT_EQ(received.request.body, "abc");
  EXPECT_EQ(find_header(received.request.headers, "x-one"), "two");
  EXPECT_EQ(received.keep_alive, KeepAlive::yes);
  EXPECT_FALSE(reader.is_idle()) << "the next request has begun";
  EXPECT_EQ(reader.put({}), State::needs_more);
  EXPECT_EQ(reader.put(" / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Close\r\n\r\n"), State::complete);
  EXPECT_EQ(reader.take().keep_alive, KeepAlive::no);
  EXPECT_TRUE(reader.is_idle());
}

struct Case {
  std::string octets;
  int status;
};

std::vector<Case> malformed() {
  const std::string host = "Host: localhost\r\n";
  return {
      {"\r\nGET / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\n", 400},
      {"GET / HTTP/1.1\r\nHost: localhost\n\r\n", 400},
      {"GET / HTTP/1.1\rHost: localhost\r\n\r\n", 400},
      {std::string("GET / HTTP/1.1\r\nX: a\0b\r\n", 24), 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1 \r\n" + host + "\r\n", 400},
      {"GET /\r\n" + host + "\r\n", 400},
      {" GET / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"G(T / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / http/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1x\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.0\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.2\r\n" + host + "\r\n", 400},
      {"GET / HTTP/3.0\r\n" + host + "\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"GET http://localhost/ HTTP/1.1\r\n" + host + "\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 400},
      {"CONNECT localhost:443 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /#x HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /../x HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /%zz HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {with_header("X-Folded: a\r\n b"), 400},
      {with_header(" X-Led: a"), 400},
      {with_header("X-Spaced : a"), 400},
      {with_header("No colon"), 400},
      {with_header(": no name"), 400},
      {with_header("X(: a"), 400},
      {with_header("X: \x01"), 400},
      {with_header("X: \x7f"), 400},
      {with_header("Content-Length: 1\r\nContent-Length: 1"), 400},
      {with_header("Content-Length: 1, 1"), 400},
      {with_header("Content-Length: +1"), 400},
      {with_header("Content-Length: 0x1"), 400},
      {with_header("Content-Length: -1"), 400},
      {with_header("Content-Length:"), 400},
      {with_header("Content-Length: 99999999999999999999"), 400},
      {with_header("Content-Length: 65537"), 413},
      {with_header("Content-Length: 18446744073709551615"), 413},
      {with_header("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400},
      {with_header("Transfer-Encoding: chunked"), 411},
      {with_header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400},
      {with_header("Transfer-Encoding: gzip, chunked"), 501},
      {with_header("Transfer-Encoding: xchunked"), 501},
      {with_header("Expect: something"), 417},
      {with_header("X: " + std::string(17'000, 'x')), 431},
      {"GET /" + std::string(17'000, 'x') + " HTTP/1.1\r\n", 414},
      {std::string(17'000, 'x'), 414},
  };
}

TEST(HttpRequestReader, refuses_malformed_requests_however_they_are_cut) {
  for (const Case& each : malformed()) {
    for (const std::size_t step :
         {std::string_view::npos, std::size_t{1000}, std::size_t{7}, std::size_t{1}}) {
      // An oversized piece may be refused before its end: octet by octet is no different.
      EXPECT_EQ(judge(each.octets, step), each.status) << step << ": " << each.octets.substr(0, 200);
    }
  }
}

TEST(HttpRequestReader, refuses_more_headers_than_anybody_needs) {
  std::string lines;
  for (int count = 0; count < 101; ++count)
    lines += "A: b\r\n";
  EXPECT_EQ(judge("GET / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n"), 431);
}

TEST(HttpRequestReader, takes_what_is_unusual_but_right) {
  for (const std::string& octets : {with_header("X:"), with_header("X: \xc3\xa4"), with_header("X: a\tb"),
                                    with_header("Content-Length: 0"), with_header("Connection: , ,"),
                                    std::string("get / HTTP/1.1\r\nHOST: [::1]:8443\r\n\r\n"),
                                    std::string("PROPFIND /a//b;c=1/?? HTTP/1.1\r\nHost: x\r\n\r\n")}) {
    EXPECT_EQ(judge(octets), 200) << octets;
    EXPECT_EQ(judge(octets, 1), 200) << octets;
  }
}

TEST(HttpRequestReader, asks_for_the_body_once_when_the_client_waits) {
  HttpRequestReader reader;
  EXPECT_EQ(reader.put("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"),
            State::wants_continue);
  EXPECT_EQ(reader.put({}), State::needs_more);
  EXPECT_EQ(reader.put("ab"), State::complete);
  EXPECT_EQ(reader.take().request.body, "ab");
}

TEST(HttpRequestReader, stays_refused) {
  HttpRequestReader reader;
  EXPECT_EQ(reader.put("\n"), State::refused);
  EXPECT_EQ(reader.put("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), State::refused);
}

}  // namespace
}  // namespace art32::net
