// A non-blocking stream of octets over a connected socket, with TLS or without: what a server's
// connection reads from and writes to, whichever it is.
//
// Doesn't own the descriptor, which outlives it. One thread at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace art32::net {

enum class StreamProgress {
  done,
  wants_read,   // call again with the same arguments once the socket is readable
  wants_write,  // ... writable
  closed,       // the peer ended the connection
  failed,       // the layer below did
};

// Whether further octets follow at once: the kernel then waits to fill its packets.
enum class More { no, yes };

class ByteStream {
 public:
  struct Transfer {
    StreamProgress progress = StreamProgress::failed;
    std::size_t octets = 0;
  };

  virtual ~ByteStream() = default;
  virtual StreamProgress handshake() = 0;
  virtual Transfer read(std::span<char> target) = 0;
  // `octets` tells how much of `source` went: maybe not all of it.
  virtual Transfer write(std::string_view source, More more) = 0;
  // Tells the peer that nothing more comes, where that is possible without waiting.
  virtual void close_notify() = 0;
  // Octets have been taken from the socket that read() hasn't returned yet.
  virtual bool has_pending() const = 0;
};

}  // namespace art32::net
