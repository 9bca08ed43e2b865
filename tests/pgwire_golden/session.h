// A recorded session: what a client and a server sent, in full, each in a file of its
// own (README.md). Taken apart here into first packets, answers and messages.
//
// Owns its octets; one thread.
#pragma once

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "pgwire/frame.h"

namespace art32::pgwire {

struct Session {
  std::string name;
  base::Bytes frontend;
  base::Bytes backend;
};

inline void PrintTo(const Session& session, std::ostream* stream) {
  *stream << session.name;
}  // for GoogleTest

std::vector<Session> recorded_sessions();

struct Message {
  std::uint8_t type = 0;
  base::Bytes octets;  // with type and length

  bool operator==(const Message&) const = default;
};

// Where the typed messages begin, after the opening was walked as a server would.
struct Opened {
  std::vector<base::Bytes> packets;  // each whole
  base::ByteView frontend;
  base::ByteView backend;
};
Opened open_session(const Session& session);  // aborts where the opening is refused

// The messages of one direction, read in pieces of random sizes.
std::vector<Message> split(Origin origin, base::ByteView stream, std::mt19937& random);

}  // namespace art32::pgwire
