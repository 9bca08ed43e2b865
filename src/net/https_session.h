// A connection to an HTTPS server, kept for several requests, one after the other.
//
// HTTP/1.1 over TLS 1.3; the chain and the name are verified. One thread. Errors as of tls_channel.h, and
// `corrupt` where the answer isn't HTTP. After an error the connection is of no more use.
#pragma once

#include <memory>
#include <string>

#include "net/http.h"
#include "net/tls_channel.h"

namespace art32::net {

// The request as it is sent, with what HTTP/1.1 wants of it besides.
std::string request_text(const Endpoint& endpoint, const HttpRequest& request);

class HttpsSession {
 public:
  static base::Result<HttpsSession> open(const Endpoint& endpoint, const std::string& authorities_pem,
                                         const Deadline& deadline);

  // `body_octets`: how long the answer's body may be.
  base::Result<HttpResponse> exchange(const HttpRequest& request, std::size_t body_octets,
                                      const Deadline& deadline);
  // Whether another request may follow: the server hasn't said that it closes, and hasn't closed.
  bool is_open() { return is_open_ && channel_->is_alive(); }
  TlsChannel& channel() { return *channel_; }

 private:
  HttpsSession(Endpoint endpoint, std::unique_ptr<TlsChannel> channel)
      : endpoint_(std::move(endpoint)), channel_(std::move(channel)) {}

  Endpoint endpoint_;
  std::unique_ptr<TlsChannel> channel_;
  bool is_open_ = true;
};

}  // namespace art32::net
