// TLS over a non-blocking socket: OpenSSL reads and writes the descriptor itself,
// one copy less than through a memory buffer. Used by the server's connections
// (readiness from the event loop) and by the clients (readiness from poll).
//
// As byte_stream.h says. Between calls an idle stream holds no record buffers
// (SSL_MODE_RELEASE_BUFFERS).
#pragma once

#include <memory>
#include <string>

#include "net/byte_stream.h"

struct ssl_ctx_st;
struct ssl_st;

namespace art32::net {

enum class TlsRole { server, client };

class TlsStream final : public ByteStream {
 public:
  // One record's plaintext (RFC 8446 section 5.1).
  static constexpr std::size_t record_octets = 16'384;

  TlsStream(ssl_ctx_st* context, int descriptor, TlsRole role);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  StreamProgress handshake() override;
  Transfer read(std::span<char> target) override;
  // At most one record.
  Transfer write(std::string_view source, More more) override;
  void close_notify() override;
  bool has_pending() const override;

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

  StreamProgress judge(int result);
  static void note_alert(const ssl_st* ssl, int where, int value);

  Wire wire_;
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string failure_;
  std::string alert_;
};

// The first error in OpenSSL's queue of this thread as text, the queue emptied.
std::string take_tls_error();

}  // namespace art32::net
