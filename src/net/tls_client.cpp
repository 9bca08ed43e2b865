#include "net/tls_client.h"

#include <openssl/ssl.h>

#include "net/connect.h"
#include "net/tls_peer.h"
#include "net/tls_stream.h"

namespace art32::net {

namespace {

int protocol_number(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls_1_0:
      return TLS1_VERSION;
    case TlsVersion::tls_1_1:
      return TLS1_1_VERSION;
    case TlsVersion::tls_1_2:
      return TLS1_2_VERSION;
    case TlsVersion::tls_1_3:
      return TLS1_3_VERSION;
  }
  return 0;
}

// Debian's openssl.cnf raises the lowest version and the security level; a probe
// that couldn't offer TLS 1.0 would take its own refusal for the peer's.
bool offer_only(SSL_CTX* context, TlsVersion version) {
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_clear_options(context, SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  const int number = protocol_number(version);
  return SSL_CTX_set_min_proto_version(context, number) == 1 &&
         SSL_CTX_set_max_proto_version(context, number) == 1 &&
         SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1;
}

void describe_session(const TlsStream& stream, TlsAttempt& attempt) {
  attempt.version = SSL_get_version(stream.native());
  attempt.cipher = SSL_get_cipher_name(stream.native());
  attempt.detail = attempt.version + " " + attempt.cipher;
  attempt.certificate_pem = peer_certificate_pem(stream);
}

}  // namespace

std::string_view name(TlsVersion version) {
  switch (version) {
    case TlsVersion::tls_1_0:
      return "TLS 1.0";
    case TlsVersion::tls_1_1:
      return "TLS 1.1";
    case TlsVersion::tls_1_2:
      return "TLS 1.2";
    case TlsVersion::tls_1_3:
      return "TLS 1.3";
  }
  return "";
}

TlsAttempt attempt_tls(const Endpoint& endpoint, TlsVersion version, std::chrono::milliseconds limit) {
  TlsAttempt attempt;
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context || !offer_only(context.get(), version)) {
    attempt.detail = "this OpenSSL can't offer " + std::string(name(version)) + ": " + take_tls_error();
    return attempt;
  }
  const Deadline deadline(limit);
  const auto socket = connect_tcp(endpoint, deadline);
  if (!socket) {
    attempt.detail = socket.error().what;
    return attempt;
  }
  TlsStream stream(context.get(), socket->number(), TlsRole::client);
  name_server(stream, endpoint.server_name);
  switch (shake_hands(stream, socket->number(), deadline)) {
    case TlsProgress::done:
      attempt.outcome = TlsAttempt::Outcome::accepted;
      describe_session(stream, attempt);
      stream.close_notify();
      break;
    case TlsProgress::closed:
      attempt.outcome = TlsAttempt::Outcome::refused;
      attempt.detail = stream.alert().empty() ? stream.failure() : "alert: " + stream.alert();
      break;
    case TlsProgress::failed:
      // An alert is the peer's word; any other failure is ours or the wire's.
      if (!stream.alert().empty()) attempt.outcome = TlsAttempt::Outcome::refused;
      attempt.detail = stream.alert().empty() ? stream.failure() : "alert: " + stream.alert();
      break;
    default:
      attempt.detail = "no end of the handshake within " + std::to_string(limit.count()) + " ms";
  }
  return attempt;
}

}  // namespace art32::net
