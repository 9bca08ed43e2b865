// How probes ask the target over HTTPS: from outside, the chain verified, each
// request bounded by the time the probe has left. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/probe.h"
#include "net/https_client.h"

namespace art32::audit {

net::Endpoint endpoint_of(const model::Listener& listener);
net::HttpsClientOptions client_options(const ProbeContext& context);

// The listener that serves the pages: the one named "portal", else the first.
// Null when the target has none.
const model::Listener* portal_of(const Target& target);

// From the portal; `unavailable` when the target has no listener.
base::Result<net::HttpsExchange> get(const ProbeContext& context, std::string_view path,
                                     std::vector<net::HttpHeader> headers = {});
// The body of a 200; `unavailable` for any other status.
base::Result<std::string> get_body(const ProbeContext& context, std::string_view path);

std::string_view body_of(const net::HttpResponse& response);

}  // namespace art32::audit
