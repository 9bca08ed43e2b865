// Requests from octets (RFC 9112), strictly: pure, no I/O, the same answer however
// the octets are cut. What two readers could understand differently is refused.
//
// The server's connections feed it; fuzz/http_request_fuzz.cpp does too. One
// request at a time; octets of the next one (pipelining) stay in the buffer.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "net/http.h"

namespace art32::net {

enum class KeepAlive { no, yes };

// HTTP/1.0 is what nginx speaks to a server behind it unless told otherwise; it needs a Host here
// too, and its connection ends with the answer.
enum class OldestHttp { http_1_0, http_1_1 };

struct ReceivedRequest {
  HttpRequest request;
  KeepAlive keep_alive = KeepAlive::yes;
};

class HttpRequestReader {
 public:
  enum class State {
    needs_more,
    wants_continue,  // as needs_more; the client waits for "100 Continue" (RFC 9110 section 10.1.1)
    complete,        // take() it
    refused,         // answer status() and close: where the next request begins is unknown
  };

  explicit HttpRequestReader(OldestHttp oldest = OldestHttp::http_1_1,
                             std::size_t header_octets = base::limits::http_header_octets,
                             std::size_t body_octets = base::limits::http_body_octets)
      : oldest_(oldest), header_octets_(header_octets), body_octets_(body_octets) {}

  // Reads on with these octets added. Empty octets are fine: what is left of the
  // last call may hold a request already.
  State put(std::string_view octets);
  ReceivedRequest take();

  int status() const { return status_; }
  // Nothing of a next request has come yet.
  bool is_idle() const { return buffer_.empty() && !head_read_; }

 private:
  State read_head();
  State read_body();
  State refuse(int status);

  OldestHttp oldest_;
  std::size_t header_octets_;
  std::size_t body_octets_;
  std::string buffer_;
  std::size_t scanned_ = 0;  // of buffer_, looked at for the end of the head
  bool head_read_ = false;
  bool continue_wanted_ = false;
  std::size_t body_size_ = 0;
  ReceivedRequest received_;
  int status_ = 0;
};

}  // namespace art32::net
