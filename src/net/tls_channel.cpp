#include "net/tls_channel.h"

#include <linux/sockios.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>

#include <thread>

#include "net/connect.h"
#include "net/tls_context.h"
#include "net/tls_peer.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

constexpr auto received_look = std::chrono::milliseconds(2);

base::Status trust(SSL_CTX* context, const std::string& authorities_pem) {
  if (!authorities_pem.empty()) return use_authorities(context, authorities_pem);
  if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
  return failure(ErrorCode::configuration, "the system's certificate authorities can't be read",
                 "install ca-certificates");
}

void expect_name(const TlsStream& stream, const std::string& server_name) {
  name_server(stream, server_name);
  if (is_numeric_address(server_name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream.native()), server_name.c_str());
  } else {
    SSL_set1_host(stream.native(), server_name.c_str());
  }
}

tl::unexpected<base::Error> late() {
  return failure(ErrorCode::timeout, "no whole answer in time");
}

}  // namespace

void TlsChannel::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

TlsChannel::TlsChannel(ContextPointer context, Descriptor socket)
    : context_(std::move(context)),
      socket_(std::move(socket)),
      stream_(context_.get(), socket_.number(), TlsRole::client) {}

base::Result<TlsChannel::ContextPointer> TlsChannel::make_context(const Options& options) {
  ContextPointer context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1)
    return failure(ErrorCode::internal, "no TLS context: " + take_tls_error());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (!options.application.empty()) {
    std::string protocols(1, static_cast<char>(options.application.size()));
    protocols += options.application;
    SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
  }
  ART32_CHECKED(trust(context.get(), options.authorities_pem));
  return context;
}

base::Result<std::unique_ptr<TlsChannel>> TlsChannel::open(const Endpoint& endpoint, const Options& options,
                                                           const Deadline& deadline) {
  ART32_ASSIGN(ContextPointer context, make_context(options));
  ART32_ASSIGN(Descriptor socket, connect_tcp(endpoint, deadline));
  std::unique_ptr<TlsChannel> channel(new TlsChannel(std::move(context), std::move(socket)));
  ART32_CHECKED(channel->shake_hands_with(
      endpoint.server_name.empty() ? endpoint.address : endpoint.server_name, deadline));
  return channel;
}

base::Status TlsChannel::shake_hands_with(const std::string& server_name, const Deadline& deadline) {
  expect_name(stream_, server_name);
  const StreamProgress progress = shake_hands(stream_, socket_.number(), deadline);
  if (progress == StreamProgress::done) return {};
  if (progress == StreamProgress::wants_read || progress == StreamProgress::wants_write) return late();
  const long verdict = SSL_get_verify_result(stream_.native());
  if (verdict != X509_V_OK)
    return failure(ErrorCode::unavailable, "the certificate of " + server_name +
                                               " doesn't verify: " + X509_verify_cert_error_string(verdict));
  return failure(ErrorCode::unavailable, "no TLS handshake with " + server_name + ": " + stream_.failure());
}

base::Status TlsChannel::send(std::string_view octets, const Deadline& deadline) {
  while (!octets.empty()) {
    const auto step = stream_.write(octets, More::no);
    if (step.progress == StreamProgress::done) {
      octets.remove_prefix(step.octets);
    } else if (step.progress == StreamProgress::closed || step.progress == StreamProgress::failed) {
      return failure(ErrorCode::unavailable, "the connection broke: " + stream_.failure());
    } else if (!wait_for(step.progress, socket_.number(), deadline)) {
      return late();
    }
  }
  return {};
}

base::Result<std::string_view> TlsChannel::receive(const Deadline& deadline) {
  while (true) {
    const auto step = stream_.read(buffer_);
    if (step.progress == StreamProgress::done) return std::string_view(buffer_.data(), step.octets);
    if (step.progress == StreamProgress::closed) return std::string_view();
    if (step.progress == StreamProgress::failed)
      return failure(ErrorCode::unavailable, "the connection broke: " + stream_.failure());
    if (!wait_for(step.progress, socket_.number(), deadline)) return late();
  }
}

bool TlsChannel::is_alive() {
  while (true) {
    const auto step = stream_.read(buffer_);
    if (step.progress == StreamProgress::closed || step.progress == StreamProgress::failed) return false;
    if (step.progress != StreamProgress::done) return true;
  }
}

base::Status TlsChannel::wait_until_received(const Deadline& deadline) const {
  while (true) {
    int waiting = 0;
    if (::ioctl(socket_.number(), SIOCOUTQ, &waiting) != 0)
      return failure(ErrorCode::unavailable, "the connection broke");
    if (waiting == 0) return {};
    if (deadline.passed()) return late();
    std::this_thread::sleep_for(received_look);
  }
}

}  // namespace art32::net
