// Which version two peers speak, as a pure function of what was asked for.
//
// A server never answers with more than was asked, nor with 3.1, which nobody speaks:
// who asks for it gets 3.0, for an unknown minor version the newest one. Options named
// _pq_.* that aren't known are listed to the client, which goes on without them.
// PostgreSQL 18, backend_startup.c and fe-protocol3.c; cancel keys after commit e411a8d.
// Any thread.
#pragma once

#include "pgwire/startup.h"

namespace art32::pgwire {

struct Negotiated {
  ProtocolVersion version;                        // spoken from here on
  std::vector<std::string_view> unknown_options;  // views as those of the StartupMessage
  bool must_tell = false;                         // send NegotiateProtocolVersion before anything else

  NegotiateProtocolVersion message() const { return {version, unknown_options}; }
};

// On the side of the server. `newest`: the most that is spoken here, 3.0 or 3.2;
// `known_options`: full names, _pq_. included.
Negotiated negotiate(const StartupMessage& asked, ProtocolVersion newest = newest_protocol,
                     std::span<const std::string_view> known_options = {});

// On the side of the client: the version after a server's NegotiateProtocolVersion.
// `asked_options`: those that were sent.
Accepted<ProtocolVersion> accept_negotiation(ProtocolVersion asked,
                                             std::span<const std::string_view> asked_options,
                                             const NegotiateProtocolVersion& answer);

}  // namespace art32::pgwire
