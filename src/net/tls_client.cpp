#include "net/tls_client.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

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

// Silent for so long behind what it said, a peer waits for us to go on.
constexpr std::chrono::milliseconds pause_of_peer{200};

// Up to `most` octets, until the peer ends or waits for us to go on.
base::Result<std::string> receive(int socket, std::size_t most, const Deadline& deadline) {
  std::string received;
  while (received.size() < most) {
    const bool goes_on =
        (received.empty() ? deadline : Deadline(pause_of_peer)).wait(socket, POLLIN) == Deadline::Wait::ready;
    if (!goes_on && !received.empty()) break;
    if (!goes_on) return base::failure(base::ErrorCode::timeout, "the peer didn't answer in time");
    char octets[512];
    const ssize_t count = ::recv(socket, octets, std::min(sizeof octets, most - received.size()), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) break;
    received.append(octets, static_cast<std::size_t>(count));
  }
  return received;
}

// Whether the peer turns to TLS; what it said instead goes to the attempt.
bool says_yes(int socket, const TlsPrelude& prelude, const Deadline& deadline, TlsAttempt& attempt) {
  if (::send(socket, prelude.request.data(), prelude.request.size(), MSG_NOSIGNAL) < 0) {
    attempt.detail = "nothing could be sent";
    return false;
  }
  const auto answer = receive(socket, 1, deadline);
  if (!answer) {
    attempt.detail = answer.error().what;
    return false;
  }
  if (*answer == std::string(1, prelude.yes)) return true;
  attempt.outcome = TlsAttempt::Outcome::refused;
  attempt.detail = answer->empty() ? "the peer closed when it was asked for TLS" : "the peer offers no TLS";
  return false;
}

}  // namespace

base::Result<std::string> attempt_clear(const Endpoint& endpoint, std::string_view octets, std::size_t most,
                                        std::chrono::milliseconds limit) {
  const Deadline deadline(limit);
  ART32_ASSIGN(const Descriptor socket, connect_tcp(endpoint, deadline));
  if (::send(socket.number(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0)
    return base::system_failure("nothing could be sent", errno);
  return receive(socket.number(), most, deadline);
}

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

TlsAttempt attempt_tls(const Endpoint& endpoint, TlsVersion version, std::chrono::milliseconds limit,
                       const TlsPrelude& prelude) {
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
  if (!prelude.request.empty() && !says_yes(socket->number(), prelude, deadline, attempt)) return attempt;
  TlsStream stream(context.get(), socket->number(), TlsRole::client);
  name_server(stream, endpoint.server_name);
  switch (shake_hands(stream, socket->number(), deadline)) {
    case StreamProgress::done:
      attempt.outcome = TlsAttempt::Outcome::accepted;
      describe_session(stream, attempt);
      stream.close_notify();
      break;
    case StreamProgress::closed:
      attempt.outcome = TlsAttempt::Outcome::refused;
      attempt.detail = stream.alert().empty() ? stream.failure() : "alert: " + stream.alert();
      break;
    case StreamProgress::failed:
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
