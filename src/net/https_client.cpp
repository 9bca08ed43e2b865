#include "net/https_client.h"

#include "net/https_session.h"
#include "net/tls_peer.h"

namespace art32::net {

base::Result<HttpsExchange> https_exchange(const Endpoint& endpoint, const HttpRequest& request,
                                           const HttpsClientOptions& options) {
  const Deadline deadline(options.limit);
  ART32_ASSIGN(HttpsSession session, HttpsSession::open(endpoint, options.authorities_pem, deadline));
  HttpRequest single = request;
  if (!find_header(single.headers, "Connection")) single.headers.push_back({"Connection", "close"});
  ART32_ASSIGN(HttpResponse response, session.exchange(single, options.body_octets, deadline));
  session.channel().close();
  return HttpsExchange{std::move(response), peer_certificate_pem(session.channel().stream())};
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
