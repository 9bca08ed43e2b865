// An address on which this system answers the outside, as probes see it.
// Written to run/listeners.json once the server listens. A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace art32::model {

enum class Protocol { https, postgresql };

constexpr std::string_view name(Protocol protocol) {
  return protocol == Protocol::https ? "https" : "postgresql";
}

struct Listener {
  std::string name;     // "portal", "gateway"
  std::string address;  // numeric, "127.0.0.1"
  std::uint16_t port = 0;
  std::string server_name;  // the name in its certificate
  Protocol protocol = Protocol::https;
};

}  // namespace art32::model
