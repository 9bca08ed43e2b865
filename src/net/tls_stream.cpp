#include "net/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/assert.h"

namespace art32::net {

// The socket as OpenSSL sees it. Unlike its own socket BIO it never raises
// SIGPIPE, and passes MSG_MORE.
struct WireBio {
  static TlsStream::Wire& wire(BIO* bio) { return *static_cast<TlsStream::Wire*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* target, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t got = ::recv(wire(bio).descriptor, target, static_cast<std::size_t>(size), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    if (got == 0) wire(bio).ended = true;
    return static_cast<int>(got);
  }

  static int write(BIO* bio, const char* source, int size) {
    BIO_clear_retry_flags(bio);
    const int flags = MSG_NOSIGNAL | (wire(bio).more == More::yes ? MSG_MORE : 0);
    const ssize_t put = ::send(wire(bio).descriptor, source, static_cast<std::size_t>(size), flags);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
    return static_cast<int>(put);
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return wire(bio).ended ? 1 : 0;
    return 0;
  }

  // One table of functions for the whole program, as OpenSSL's own BIOs have.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const table = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "art32 wire");
      ART32_ASSERT(made != nullptr);
      BIO_meth_set_read(made, read);
      BIO_meth_set_write(made, write);
      BIO_meth_set_ctrl(made, control);
      return made;
    }();
    return table;
  }
};

void TlsStream::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsStream::TlsStream(ssl_ctx_st* context, int descriptor, TlsRole role)
    : wire_{descriptor}, ssl_(SSL_new(context)) {
  ART32_ASSERT(ssl_ != nullptr);
  BIO* bio = BIO_new(WireBio::method());
  ART32_ASSERT(bio != nullptr);
  BIO_set_data(bio, &wire_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  SSL_set_info_callback(ssl_.get(), note_alert);
  if (role == TlsRole::server) {
    SSL_set_accept_state(ssl_.get());
  } else {
    SSL_set_connect_state(ssl_.get());
  }
}

TlsStream::~TlsStream() = default;

void TlsStream::note_alert(const ssl_st* ssl, int where, int value) {
  if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT) return;
  auto* self = static_cast<TlsStream*>(SSL_get_app_data(ssl));
  if (std::string_view(SSL_alert_type_string(value)) == "F") self->alert_ = SSL_alert_desc_string_long(value);
}

StreamProgress TlsStream::judge(int result) {
  const int number = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return StreamProgress::done;
    case SSL_ERROR_WANT_READ:
      return StreamProgress::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return StreamProgress::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      failure_ = "the peer closed the connection";
      return StreamProgress::closed;
    case SSL_ERROR_SYSCALL:
      failure_ = number != 0 ? std::strerror(number) : "the connection ended";
      ERR_clear_error();
      return number == ECONNRESET || number == EPIPE || wire_.ended ? StreamProgress::closed
                                                                    : StreamProgress::failed;
    default:
      failure_ = take_tls_error();
      return wire_.ended ? StreamProgress::closed : StreamProgress::failed;
  }
}

StreamProgress TlsStream::handshake() {
  ERR_clear_error();
  errno = 0;
  wire_.more = More::no;
  return judge(SSL_do_handshake(ssl_.get()));
}

TlsStream::Transfer TlsStream::read(std::span<char> target) {
  ERR_clear_error();
  errno = 0;
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), target.data(), target.size(), &got);
  return {judge(result), got};
}

TlsStream::Transfer TlsStream::write(std::string_view source, More more) {
  ERR_clear_error();
  errno = 0;
  if (source.size() > record_octets) {
    source = source.substr(0, record_octets);
    more = More::yes;
  }
  wire_.more = more;
  std::size_t put = 0;
  const int result = SSL_write_ex(ssl_.get(), source.data(), source.size(), &put);
  return {judge(result), put};
}

void TlsStream::close_notify() {
  if (SSL_is_init_finished(ssl_.get()) == 0) return;
  ERR_clear_error();
  wire_.more = More::no;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

bool TlsStream::has_pending() const {
  return SSL_has_pending(ssl_.get()) == 1;
}

std::string take_tls_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown TLS failure";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "TLS error " + std::to_string(code);
}

}  // namespace art32::net
