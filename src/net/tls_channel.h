// One TLS connection to a server whose certificate was verified, for clients that wait: each step has its
// own deadline.
//
// TLS 1.3. One thread. Errors: `unavailable` where no connection comes about or it broke, `timeout`,
// `configuration` where the authorities can't be read.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/deadline.h"
#include "net/descriptor.h"
#include "net/https_client.h"
#include "net/tls_stream.h"

namespace art32::net {

class TlsChannel {
 public:
  struct Options {
    std::string authorities_pem;  // trusted roots; empty: the system's
    std::string application;      // offered by ALPN (RFC 7301); empty: none
  };
  // The certificate must be for `server_name`, where there is none for the address.
  static base::Result<std::unique_ptr<TlsChannel>> open(const Endpoint& endpoint, const Options& options,
                                                        const Deadline& deadline);

  base::Status send(std::string_view octets, const Deadline& deadline);
  // The next octets; empty once the peer closed. Valid until the next call.
  base::Result<std::string_view> receive(const Deadline& deadline);
  // Whether the peer has neither closed nor broken the connection, as far as that is known now. What it
  // says unasked is dropped.
  bool is_alive();
  // Waits until the peer's machine has received all octets (not: its program).
  base::Status wait_until_received(const Deadline& deadline) const;
  void close() { stream_.close_notify(); }
  const TlsStream& stream() const { return stream_; }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  using ContextPointer = std::unique_ptr<ssl_ctx_st, Free>;

  TlsChannel(ContextPointer context, Descriptor socket);
  static base::Result<ContextPointer> make_context(const Options& options);
  base::Status shake_hands_with(const std::string& server_name, const Deadline& deadline);

  ContextPointer context_;
  Descriptor socket_;
  TlsStream stream_;
  std::array<char, TlsStream::record_octets> buffer_;
};

}  // namespace art32::net
