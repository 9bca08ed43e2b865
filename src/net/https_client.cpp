#include "net/https_client.h"

#include <openssl/ssl.h>

#include "net/connect.h"
#include "net/http_exchange.h"
#include "net/http_response_reader.h"
#include "net/plain_stream.h"
#include "net/tls_context.h"
#include "net/tls_peer.h"
#include "net/tls_stream.h"

namespace art32::net {

using base::ErrorCode;
using base::failure;

namespace {

using ContextPointer = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;

base::Status trust(SSL_CTX* context, const std::string& authorities_pem) {
  if (authorities_pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return failure(ErrorCode::configuration, "the system's certificate authorities can't be read",
                   "install ca-certificates");
  }
  return use_authorities(context, authorities_pem);
}

base::Result<ContextPointer> client_context(const HttpsClientOptions& options) {
  ContextPointer context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1)
    return failure(ErrorCode::internal, "no TLS context: " + take_tls_error());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  static constexpr unsigned char protocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context.get(), protocols, sizeof protocols - 1);
  ART32_CHECKED(trust(context.get(), options.authorities_pem));
  return context;
}

void expect_name(const TlsStream& stream, const std::string& server_name) {
  name_server(stream, server_name);
  if (is_numeric_address(server_name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream.native()), server_name.c_str());
  } else {
    SSL_set1_host(stream.native(), server_name.c_str());
  }
}

// One connection, verified where it has TLS: everything on it shares one deadline.
class Connection {
 public:
  Connection(Descriptor socket, const Deadline& deadline)
      : context_(nullptr, SSL_CTX_free),
        socket_(std::move(socket)),
        deadline_(deadline),
        stream_(std::make_unique<PlainStream>(socket_.number())) {}
  Connection(ContextPointer context, Descriptor socket, const Deadline& deadline)
      : context_(std::move(context)), socket_(std::move(socket)), deadline_(deadline) {
    auto tls = std::make_unique<TlsStream>(context_.get(), socket_.number(), TlsRole::client);
    tls_ = tls.get();
    stream_ = std::move(tls);
  }

  base::Status open(const Endpoint& endpoint) {
    if (tls_ == nullptr) return {};
    const std::string& server_name = endpoint.server_name.empty() ? endpoint.address : endpoint.server_name;
    expect_name(*tls_, server_name);
    const StreamProgress progress = shake_hands(*tls_, socket_.number(), deadline_);
    if (progress == StreamProgress::done) return {};
    if (progress == StreamProgress::wants_read || progress == StreamProgress::wants_write) return late();
    const long verdict = SSL_get_verify_result(tls_->native());
    if (verdict != X509_V_OK)
      return failure(ErrorCode::unavailable, "the certificate of " + server_name + " doesn't verify: " +
                                                 X509_verify_cert_error_string(verdict));
    return failure(ErrorCode::unavailable, "no TLS handshake with " + server_name + ": " + tls_->failure());
  }

  // A peer may answer and close before it has read everything: then its answer counts.
  base::Status send(std::string_view octets) {
    while (!octets.empty()) {
      const auto step = stream_->write(octets, More::no);
      if (step.progress == StreamProgress::done) {
        octets.remove_prefix(step.octets);
      } else if (step.progress == StreamProgress::closed || step.progress == StreamProgress::failed) {
        return {};
      } else if (!wait_for(step.progress, socket_.number(), deadline_)) {
        return late();
      }
    }
    return {};
  }

  // The next octets; empty once the peer closed.
  base::Result<std::string_view> receive() {
    while (true) {
      const auto step = stream_->read(buffer_);
      if (step.progress == StreamProgress::done) return std::string_view(buffer_.data(), step.octets);
      if (step.progress == StreamProgress::closed) return std::string_view();
      if (step.progress == StreamProgress::failed)
        return failure(ErrorCode::unavailable,
                       tls_ == nullptr ? "the connection broke" : "the connection broke: " + tls_->failure());
      if (!wait_for(step.progress, socket_.number(), deadline_)) return late();
    }
  }

  void close() { stream_->close_notify(); }
  std::string certificate_pem() const { return tls_ == nullptr ? "" : peer_certificate_pem(*tls_); }

 private:
  static tl::unexpected<base::Error> late() { return failure(ErrorCode::timeout, "no whole answer in time"); }

  ContextPointer context_;
  Descriptor socket_;
  Deadline deadline_;
  std::unique_ptr<ByteStream> stream_;
  TlsStream* tls_ = nullptr;  // the same, where it has TLS
  std::array<char, TlsStream::record_octets> buffer_;
};

base::Result<std::unique_ptr<Connection>> open_connection(const Endpoint& endpoint,
                                                          const HttpsClientOptions& options,
                                                          Transport transport, const Deadline& deadline) {
  std::unique_ptr<Connection> connection;
  if (transport == Transport::plain) {
    ART32_ASSIGN(Descriptor socket, connect_tcp(endpoint, deadline));
    connection = std::make_unique<Connection>(std::move(socket), deadline);
  } else {
    ART32_ASSIGN(ContextPointer context, client_context(options));
    ART32_ASSIGN(Descriptor socket, connect_tcp(endpoint, deadline));
    connection = std::make_unique<Connection>(std::move(context), std::move(socket), deadline);
  }
  ART32_CHECKED(connection->open(endpoint));
  return connection;
}

std::string host_of(const Endpoint& endpoint) {
  std::string host = endpoint.server_name.empty() ? endpoint.address : endpoint.server_name;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return endpoint.port == 443 ? host : host + ":" + std::to_string(endpoint.port);
}

std::string serialize(const Endpoint& endpoint, const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  if (!find_header(request.headers, "Host")) text += "Host: " + host_of(endpoint) + "\r\n";
  for (const HttpHeader& header : request.headers)
    text += header.name + ": " + header.value + "\r\n";
  const bool has_length = find_header(request.headers, "Content-Length").has_value();
  if (!has_length && (!request.body.empty() || request.method == "POST" || request.method == "PUT"))
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  if (!find_header(request.headers, "Connection")) text += "Connection: close\r\n";
  return text + "\r\n" + request.body;
}

}  // namespace

base::Result<HttpsExchange> http_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                          const HttpsClientOptions& options, Transport transport,
                                          std::stop_token stop) {
  const Deadline deadline(options.limit, std::move(stop));
  ART32_ASSIGN(const auto connection, open_connection(endpoint, options, transport, deadline));
  ART32_CHECKED(connection->send(serialize(endpoint, request)));
  HttpResponseReader reader(request.method == "HEAD" ? BodyExpected::no : BodyExpected::yes,
                            options.body_octets);
  while (!reader.is_done()) {
    ART32_ASSIGN(const std::string_view octets, connection->receive());
    if (octets.empty()) {
      ART32_CHECKED(reader.end());
      break;
    }
    ART32_CHECKED(reader.put(octets));
  }
  connection->close();
  return HttpsExchange{reader.take(), connection->certificate_pem()};
}

base::Result<HttpsExchange> https_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                           const HttpsClientOptions& options) {
  return http_exchange(endpoint, request, options, Transport::tls, {});
}

base::Result<HttpsExchange> https_get(const Endpoint& endpoint, std::string_view target,
                                      const HttpsClientOptions& options, std::vector<HttpHeader> headers) {
  HttpRequest request;
  request.method = "GET";
  request.target = target;
  request.headers = std::move(headers);
  return https_exchange(endpoint, request, options);
}

base::Result<std::string> https_raw(const Endpoint& endpoint, std::string_view octets,
                                    const HttpsClientOptions& options) {
  ART32_ASSIGN(const auto connection,
               open_connection(endpoint, options, Transport::tls, Deadline(options.limit)));
  std::string answer;
  const base::Status sent = connection->send(octets);
  while (sent && answer.size() < options.body_octets) {
    const auto more = connection->receive();
    // A reset or the end of time ends the answer; what came before it counts.
    if (!more || more->empty()) break;
    answer += *more;
  }
  return answer;
}

}  // namespace art32::net
