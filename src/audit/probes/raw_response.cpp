#include "audit/probes/raw_response.h"

#include "base/text.h"

namespace art32::audit {

std::optional<net::HttpResponse> parse_response_head(std::string_view octets) {
  const std::size_t end = octets.find("\r\n\r\n");
  if (end == std::string_view::npos || !octets.starts_with("HTTP/1.")) return std::nullopt;
  net::HttpResponse response;
  bool first = true;
  for (std::string_view line : base::split(octets.substr(0, end), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (first) {
      // RFC 9112 section 4: HTTP-version SP status-code SP
      const auto status =
          line.size() >= 12 && line[8] == ' ' ? base::parse_number(line.substr(9, 3)) : std::nullopt;
      if (!status) return std::nullopt;
      response.status = static_cast<int>(*status);
      first = false;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    response.headers.push_back(
        {std::string(line.substr(0, colon)), std::string(base::trim(line.substr(colon + 1)))});
  }
  return response;
}

}  // namespace art32::audit
