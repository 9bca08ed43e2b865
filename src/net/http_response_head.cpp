#include "net/http_response_head.h"

#include <algorithm>

namespace art32::net {

namespace {

bool breaks_line(char letter) {
  return letter == '\r' || letter == '\n' || letter == '\0';
}

bool breaks_name(char letter) {
  return breaks_line(letter) || letter == ' ' || letter == ':';
}

}  // namespace

bool is_sound(const HttpResponse& response) {
  if (response.status < 200 || response.status > 599) return false;
  return std::ranges::all_of(response.headers, [](const HttpHeader& header) {
    return !header.name.empty() && std::ranges::none_of(header.name, breaks_name) &&
           std::ranges::none_of(header.value, breaks_line);
  });
}

bool has_body(int status) {
  return status != 204 && status != 304;
}

std::string response_head(const HttpResponse& response, KeepAlive keep_alive, std::string_view date) {
  std::string head;
  head.reserve(1024);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_phrase(response.status)).append("\r\nDate: ").append(date).append("\r\n");
  for (const HttpHeader& header : response.headers) {
    head.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (has_body(response.status)) {
    const std::size_t size = response.body ? response.body->size() : 0;
    head.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
  }
  if (keep_alive == KeepAlive::no) head.append("Connection: close\r\n");
  head.append("\r\n");
  return head;
}

}  // namespace art32::net
