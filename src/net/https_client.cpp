#include "net/https_client.h"

#include "net/connect.h"
#include "net/http_exchange.h"
#include "net/http_response_reader.h"
#include "net/https_session.h"
#include "net/plain_stream.h"
#include "net/tls_peer.h"

namespace art32::net {
namespace {

using base::ErrorCode;
using base::failure;

// A connection that ends with its answer.
HttpRequest single(const HttpRequest& request) {
  HttpRequest single = request;
  if (!find_header(single.headers, "Connection")) single.headers.push_back({"Connection", "close"});
  return single;
}

base::Result<HttpsExchange> exchange_by_tls(const Endpoint& endpoint, const HttpRequest& request,
                                            const HttpsClientOptions& options, const Deadline& deadline) {
  ART32_ASSIGN(HttpsSession session, HttpsSession::open(endpoint, options.authorities_pem, deadline));
  ART32_ASSIGN(HttpResponse response, session.exchange(single(request), options.body_octets, deadline));
  session.channel().close();
  return HttpsExchange{std::move(response), peer_certificate_pem(session.channel().stream())};
}

auto late() {
  return failure(ErrorCode::timeout, "no whole answer in time");
}

// A peer may answer and close before it has read everything: then its answer counts.
base::Status send(PlainStream& stream, int socket, std::string_view octets, const Deadline& deadline) {
  while (!octets.empty()) {
    const auto step = stream.write(octets, More::no);
    if (step.progress == StreamProgress::done)
      octets.remove_prefix(step.octets);
    else if (step.progress == StreamProgress::closed || step.progress == StreamProgress::failed)
      return {};
    else if (!wait_for(step.progress, socket, deadline))
      return late();
  }
  return {};
}

base::Result<HttpsExchange> exchange_plainly(const Endpoint& endpoint, const HttpRequest& request,
                                             const HttpsClientOptions& options, const Deadline& deadline) {
  ART32_ASSIGN(const Descriptor socket, connect_tcp(endpoint, deadline));
  PlainStream stream(socket.number());
  ART32_CHECKED(send(stream, socket.number(), request_text(endpoint, single(request)), deadline));
  HttpResponseReader reader(request.method == "HEAD" ? BodyExpected::no : BodyExpected::yes,
                            options.body_octets);
  std::array<char, 16U << 10> buffer;
  while (!reader.is_done()) {
    const auto step = stream.read(buffer);
    if (step.progress == StreamProgress::done) {
      ART32_CHECKED(reader.put(std::string_view(buffer.data(), step.octets)));
    } else if (step.progress == StreamProgress::closed) {
      ART32_CHECKED(reader.end());
      break;
    } else if (step.progress == StreamProgress::failed) {
      return failure(ErrorCode::unavailable, "the connection broke");
    } else if (!wait_for(step.progress, socket.number(), deadline)) {
      return late();
    }
  }
  return HttpsExchange{reader.take(), {}};
}

}  // namespace

base::Result<HttpsExchange> http_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                          const HttpsClientOptions& options, Transport transport,
                                          std::stop_token stop) {
  const Deadline deadline(options.limit, std::move(stop));
  return transport == Transport::plain ? exchange_plainly(endpoint, request, options, deadline)
                                       : exchange_by_tls(endpoint, request, options, deadline);
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
  const Deadline deadline(options.limit);
  ART32_ASSIGN(const auto channel,
               TlsChannel::open(endpoint, {options.authorities_pem, "http/1.1"}, deadline));
  std::string answer;
  const base::Status sent = channel->send(octets, deadline);
  const bool is_late = !sent && sent.error().code == base::ErrorCode::timeout;
  while (!is_late && answer.size() < options.body_octets) {
    const auto more = channel->receive(deadline);
    // A reset or the end of time ends the answer; what came before it counts.
    if (!more || more->empty()) break;
    answer += *more;
  }
  return answer;
}

}  // namespace art32::net
