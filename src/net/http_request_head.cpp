#include "net/http_request_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "base/text.h"
#include "net/http_target.h"

namespace art32::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t most_headers = 100;

bool is_visible(char octet) {
  return octet == '\t' || (static_cast<unsigned char>(octet) >= 0x20 && octet != 0x7f);
}

// Line by line, before any parser that might mend what it reads: no folded lines
// (RFC 9112 section 5.2), no white space around the name (5.1), no controls.
int check_lines(std::string_view head) {
  std::size_t count = 0;
  std::size_t begin = head.find("\r\n") + 2;
  while (begin + 2 < head.size()) {
    const std::size_t end = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, end - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return 400;
    if (line.substr(0, colon).find_first_of(" \t") != std::string_view::npos) return 400;
    for (const char octet : line) {
      if (!is_visible(octet)) return 400;
    }
    if (++count > most_headers) return 431;
    begin = end + 2;
  }
  return 0;
}

// RFC 9112 section 3: exactly one space between the three parts.
int check_request_line(std::string_view line, OldestHttp oldest) {
  const auto parts = base::split(line, ' ');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty()) return 400;
  const std::string_view version = parts[2];
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.') return 400;
  if (version[5] < '0' || version[5] > '9' || version[7] < '0' || version[7] > '9') return 400;
  // RFC 9110 section 15.6.6 is about the major version; 1.0 has neither Host nor
  // keep-alive by rule, and of today's clients only proxies still need it.
  if (version[5] != '1') return 505;
  return version[7] == '1' || (version[7] == '0' && oldest == OldestHttp::http_1_0) ? 0 : 400;
}

std::size_t count(const std::vector<HttpHeader>& headers, std::string_view name) {
  std::size_t number = 0;
  for (const HttpHeader& header : headers)
    number += same_name(header.name, name) ? 1 : 0;
  return number;
}

// RFC 9112 section 3.2: exactly one Host, and uri-host [ ":" port ].
bool is_host(std::string_view value) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~:[]%";
  return !value.empty() && value.size() <= 300 && value.find_first_not_of(allowed) == std::string_view::npos;
}

// RFC 9112 section 6.3: bodies have a Content-Length here, or don't exist. Chunked
// ones are asked for their length (411), which leaves nothing to smuggle.
int read_framing(const std::vector<HttpHeader>& headers, RequestHead& head) {
  const auto coding = find_header(headers, "Transfer-Encoding");
  const std::size_t lengths = count(headers, "Content-Length");
  if (coding && lengths > 0) return 400;
  if (coding) return same_name(*coding, "chunked") ? 411 : 501;
  if (lengths > 1) return 400;
  if (lengths == 0) return 0;
  const auto length = base::parse_number(*find_header(headers, "Content-Length"));
  if (!length) return 400;
  head.content_length = *length;
  return 0;
}

int read_expectation(const std::vector<HttpHeader>& headers, RequestHead& head) {
  const auto expectation = find_header(headers, "Expect");
  if (!expectation) return 0;
  if (count(headers, "Expect") != 1 || !same_name(*expectation, "100-continue")) return 417;
  head.wants_continue = head.content_length > 0;
  return 0;
}

int read_meaning(RequestHead& head) {
  HttpRequest& request = head.received.request;
  const auto target = parse_target(request.target);
  if (!target) return 400;
  request.path = target->path;
  request.query = target->query;
  if (count(request.headers, "Host") != 1 || !is_host(*find_header(request.headers, "Host"))) return 400;
  if (const int status = read_framing(request.headers, head); status != 0) return status;
  if (const int status = read_expectation(request.headers, head); status != 0) return status;
  for (const HttpHeader& header : request.headers) {
    if (same_name(header.name, "Connection") && http::token_list(header.value).exists("close"))
      head.received.keep_alive = KeepAlive::no;
  }
  return 0;
}

}  // namespace

std::variant<RequestHead, int> parse_request_head(std::string_view text, OldestHttp oldest) {
  const std::string_view line = text.substr(0, text.find("\r\n"));
  if (const int status = check_request_line(line, oldest); status != 0) return status;
  if (const int status = check_lines(text); status != 0) return status;

  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(text.size()));
  parser.body_limit(boost::none);  // its caller compares, with the right status
  boost::system::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(text.data(), text.size()), error);
  // Beast stops at framing it dislikes: the grammar is then fine, the framing isn't.
  if (error || !parser.is_header_done() || used != text.size()) return 400;

  RequestHead head;
  HttpRequest& request = head.received.request;
  request.method = std::string(parser.get().method_string());
  request.target = std::string(parser.get().target());
  for (const auto& field : parser.get()) {
    request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  if (const int status = read_meaning(head); status != 0) return status;
  if (line.ends_with("1.0")) head.received.keep_alive = KeepAlive::no;
  return head;
}

}  // namespace art32::net
