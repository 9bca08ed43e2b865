// Events of the trail as messages of syslog (RFC 5424), framed for TLS (RFC 5425): docs/formats/ocsf.md,
// "Syslog". Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace art32::trail {

// An event on its way out.
struct StreamEvent {
  std::string id;    // the same whenever it is sent: ocsf.h
  std::string kind;  // of the record
  std::string time;  // RFC 3339
  std::string database, team;
  std::uint64_t number = 0;  // of the record, among its team's
  std::string json;          // the OCSF event
};

// `host`: the machine's name.
std::string syslog_message(const StreamEvent& event, std::string_view host);
// RFC 5425 section 4.3.1: its length, a space, the message.
std::string syslog_frame(std::string_view message);

}  // namespace art32::trail
