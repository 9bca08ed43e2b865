// The head of a request, complete with its empty line: parsed and checked. Pure.
//
// Beast parses the grammar; what it is lenient about (folded lines, white space
// before the colon, repeated Content-Length, HTTP/1.0, target forms ...) is
// refused here before or after.
#pragma once

#include <string_view>
#include <variant>

#include "net/http_request_reader.h"

namespace art32::net {

struct RequestHead {
  ReceivedRequest received;
  std::size_t content_length = 0;
  bool wants_continue = false;
};

// A RequestHead, or the status that refuses it.
std::variant<RequestHead, int> parse_request_head(std::string_view head, OldestHttp oldest);

}  // namespace art32::net
