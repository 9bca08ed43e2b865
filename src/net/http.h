// Requests and responses as plain values: what handlers and probes see of HTTP.
// Names of headers keep the case they came with and are compared without it.
// A response's body may be shared with others: it never changes once made.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace art32::net {

struct HttpHeader {
  std::string name;
  std::string value;
};

// Field names and tokens: equal without regard to ASCII case.
bool same_name(std::string_view one, std::string_view other);

// The first value of a header, names compared without case; nothing if absent.
std::optional<std::string_view> find_header(const std::vector<HttpHeader>& headers, std::string_view name);

struct HttpRequest {
  std::string method;  // "GET", "HEAD", "POST" ...
  std::string target;  // as sent: path and query
  std::string path;    // percent-decoded, "." and ".." refused before a handler sees it
  std::string query;   // after '?', not decoded
  std::vector<HttpHeader> headers;
  std::string body;
  std::string peer;  // numeric address of the client; empty on a unix socket
};

// A body that many responses share: made once, sent many times.
using SharedBody = std::shared_ptr<const std::string>;

struct HttpResponse {
  int status = 200;
  std::vector<HttpHeader> headers;  // without Content-Length, Date, Server, Connection
  SharedBody body;                  // null is empty

  static HttpResponse text(int status, std::string content,
                           std::string_view type = "text/plain; charset=utf-8");
};

std::string_view reason_phrase(int status);  // RFC 9110 section 15

}  // namespace art32::net
