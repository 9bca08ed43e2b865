#include "net/https_session.h"

#include "net/http_response_reader.h"

namespace art32::net {
namespace {

using base::ErrorCode;

std::string host_of(const Endpoint& endpoint) {
  std::string host = endpoint.server_name.empty() ? endpoint.address : endpoint.server_name;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return endpoint.port == 443 ? host : host + ":" + std::to_string(endpoint.port);
}

}  // namespace

std::string request_text(const Endpoint& endpoint, const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  if (!find_header(request.headers, "Host")) text += "Host: " + host_of(endpoint) + "\r\n";
  for (const HttpHeader& header : request.headers)
    text += header.name + ": " + header.value + "\r\n";
  const bool has_length = find_header(request.headers, "Content-Length").has_value();
  if (!has_length && (!request.body.empty() || request.method == "POST" || request.method == "PUT"))
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

base::Result<HttpsSession> HttpsSession::open(const Endpoint& endpoint, const std::string& authorities_pem,
                                              const Deadline& deadline) {
  ART32_ASSIGN(auto channel, TlsChannel::open(endpoint, {authorities_pem, "http/1.1"}, deadline));
  return HttpsSession(endpoint, std::move(channel));
}

base::Result<HttpResponse> HttpsSession::exchange(const HttpRequest& request, std::size_t body_octets,
                                                  const Deadline& deadline) {
  is_open_ = false;
  // A peer may answer and close before it has read everything: then its answer counts.
  const base::Status sent = channel_->send(request_text(endpoint_, request), deadline);
  if (!sent && sent.error().code == ErrorCode::timeout) return tl::unexpected<base::Error>(sent.error());
  HttpResponseReader reader(request.method == "HEAD" ? BodyExpected::no : BodyExpected::yes, body_octets);
  bool has_ended = false;
  while (!reader.is_done()) {
    ART32_ASSIGN(const std::string_view octets, channel_->receive(deadline));
    has_ended = octets.empty();
    if (has_ended) {
      ART32_CHECKED(reader.end());
      break;
    }
    ART32_CHECKED(reader.put(octets));
  }
  HttpResponse response = reader.take();
  is_open_ = sent.has_value() && !has_ended &&
             !same_name(find_header(response.headers, "Connection").value_or(""), "close");
  return response;
}

}  // namespace art32::net
