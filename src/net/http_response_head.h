// The head of a response as octets (RFC 9112 section 4). Pure.
// The server's connections use it; framing (Content-Length, Connection) is written
// here and nowhere else, so that handlers can't contradict it.
#pragma once

#include <string>

#include "net/http.h"
#include "net/http_request_reader.h"

namespace art32::net {

// No octet that would end a header early: a value that carries input of a client
// must not become a header of its own.
bool is_sound(const HttpResponse& response);

// Whether a response of this status has a body at all (RFC 9110 section 6.4.1).
bool has_body(int status);

// `date` is an IMF-fixdate. Adds Date, Content-Length and, when closing, Connection.
std::string response_head(const HttpResponse& response, KeepAlive keep_alive, std::string_view date);

}  // namespace art32::net
