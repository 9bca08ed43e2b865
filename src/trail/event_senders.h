// The two ways out for a stream of the trail: HTTPS, where the receiver's answer says that it has the events,
// and syslog over TLS, where nothing does. docs/guide/trail.md, "Stream to a SIEM".
#pragma once

#include "base/secret.h"
#include "trail/event_stream.h"

namespace art32::trail {

// https://HOST[:PORT]/TARGET, or syslog+tls://HOST[:PORT].
struct StreamTarget {
  enum class Kind { https, syslog } kind = Kind::https;
  std::string host;
  std::uint16_t port = 0;
  std::string target;  // of https: path and query
};
// Nothing for what isn't such a URL.
std::optional<StreamTarget> parse_stream_target(std::string_view url);

struct SenderOptions {
  StreamTarget target;
  std::string authorities_pem;              // trusted roots; empty: the system's
  base::Secret token;                       // of https: shown as Authorization: Bearer; empty: none
  std::chrono::milliseconds limit{30'000};  // of one batch
};
std::unique_ptr<EventSender> make_sender(SenderOptions options);

}  // namespace art32::trail
