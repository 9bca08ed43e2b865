// TLS over a non-blocking socket: OpenSSL reads and writes the descriptor itself,
// one copy less than through a memory buffer. Used by the server's connections
// (readiness from the event loop) and by the clients (readiness from poll).
//
// Doesn't own the descriptor, which outlives it. One thread at a time. Between
// calls an idle stream holds no record buffers (SSL_MODE_RELEASE_BUFFERS).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace art32::net {

enum class TlsRole { server, client };

enum class TlsProgress {
  done,
  wants_read,   // call again with the same arguments once the socket is readable
  wants_write,  // ... writable
  closed,       // the peer ended the connection, with or without close_notify
  failed,       // the TLS layer or the socket failed; failure() says why
};

// Whether further octets follow at once: the kernel then waits to fill its packets.
enum class More { no, yes };

class TlsStream {
 public:
  // One record's plaintext (RFC 8446 section 5.1).
  static constexpr std::size_t record_octets = 16'384;

  TlsStream(ssl_ctx_st* context, int descriptor, TlsRole role);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  struct Transfer {
    TlsProgress progress = TlsProgress::failed;
    std::size_t octets = 0;
  };

  TlsProgress handshake();
  Transfer read(std::span<char> target);
  // At most one record; `octets` tells how much of `source` went.
  Transfer write(std::string_view source, More more);
  // Sends close_notify where that is possible without waiting.
  void close_notify();
  // Octets have been taken from the socket that read() hasn't returned yet.
  bool has_pending() const;

  // Of the last call that answered `failed` or `closed`.
  const std::string& failure() const { return failure_; }
  // The name of a fatal alert that the peer sent; empty without one.
  const std::string& alert() const { return alert_; }
  ssl_st* native() const { return ssl_.get(); }

 private:
  struct Wire {
    int descriptor;
    More more = More::no;
    bool ended = false;
  };
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  friend struct WireBio;

  TlsProgress judge(int result);
  static void note_alert(const ssl_st* ssl, int where, int value);

  Wire wire_;
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string failure_;
  std::string alert_;
};

// The first error in OpenSSL's queue of this thread as text, the queue emptied.
std::string take_tls_error();

}  // namespace art32::net
