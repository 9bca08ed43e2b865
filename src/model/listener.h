// An address on which this system answers the outside, as probes see it.
// Written to run/listeners.json once the server listens. A plain value.
#pragma once

#include <cstdint>
#include <string>

namespace art32::model {

struct Listener {
  std::string name;     // "portal"
  std::string address;  // numeric, "127.0.0.1"
  std::uint16_t port = 0;
  std::string server_name;  // the name in its certificate
};

}  // namespace art32::model
