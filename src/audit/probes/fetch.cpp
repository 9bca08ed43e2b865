#include "audit/probes/fetch.h"

#include <fmt/core.h>

namespace art32::audit {

net::Endpoint endpoint_of(const model::Listener& listener) {
  return {listener.address, listener.port, listener.server_name};
}

net::HttpsClientOptions client_options(const ProbeContext& context) {
  net::HttpsClientOptions options;
  options.authorities_pem = context.target.authorities_pem;
  options.limit = context.left();
  return options;
}

const model::Listener* portal_of(const Target& target) {
  for (const model::Listener& listener : target.listeners)
    if (listener.name == "portal") return &listener;
  return target.listeners.empty() ? nullptr : &target.listeners.front();
}

base::Result<net::HttpsExchange> get(const ProbeContext& context, std::string_view path,
                                     std::vector<net::HttpHeader> headers) {
  const model::Listener* portal = portal_of(context.target);
  if (portal == nullptr)
    return base::failure(base::ErrorCode::unavailable, "the target listens nowhere",
                         "start it with `art32 serve`");
  return net::https_get(endpoint_of(*portal), path, client_options(context), std::move(headers));
}

std::string_view body_of(const net::HttpResponse& response) {
  return response.body == nullptr ? std::string_view() : std::string_view(*response.body);
}

base::Result<std::string> get_body(const ProbeContext& context, std::string_view path) {
  ART32_ASSIGN(const net::HttpsExchange exchange, get(context, path));
  if (exchange.response.status != 200)
    return base::failure(base::ErrorCode::unavailable,
                         fmt::format("{} answers {}, not 200", path, exchange.response.status));
  return std::string(body_of(exchange.response));
}

}  // namespace art32::audit
