// What the fuzz targets of both directions of the PostgreSQL protocol do with a stream:
// the scanner gives the same messages however it is cut, and a message that parses is
// built anew octet by octet. Aborts where that doesn't hold. One thread.
#pragma once

#include "base/assert.h"
#include "pgwire/frame.h"
#include "pgwire/rebuild.h"

namespace art32::fuzz {

struct Scanned {
  std::vector<base::Bytes> messages;  // the last one may be cut
  bool is_refused = false;

  bool operator==(const Scanned&) const = default;
};

inline Scanned scan(pgwire::Origin origin, base::ByteView stream, std::size_t step) {
  pgwire::FrameScanner scanner(origin);
  Scanned scanned;
  std::size_t held = 0;
  while (held < stream.size() && !scanned.is_refused) {
    base::ByteView input = stream.first(std::min(stream.size(), held + step));
    held = input.size();
    while (!input.empty()) {
      const pgwire::Piece piece = scanner.next(input);
      scanned.is_refused = piece.kind == pgwire::Piece::Kind::invalid;
      if (piece.kind == pgwire::Piece::Kind::header) scanned.messages.emplace_back();
      if (piece.bytes.empty()) break;
      ART32_ASSERT(piece.bytes.data() == input.data());
      base::append(scanned.messages.back(), piece.bytes);
      ART32_ASSERT(piece.is_last == (scanned.messages.back().size() == piece.octets));
      input = input.subspan(piece.bytes.size());
      stream = stream.subspan(piece.bytes.size());
      held -= piece.bytes.size();
    }
    ART32_ASSERT(scanned.is_refused || held < pgwire::header_octets);
  }
  return scanned;
}

// Every message that is whole, and came back from its parts as it had come.
inline void check_messages(pgwire::Origin origin, const Scanned& scanned) {
  for (const base::Bytes& message : scanned.messages) {
    const pgwire::Frame frame = pgwire::read_frame(origin, message);
    ART32_ASSERT(frame.status == pgwire::FrameStatus::message);
    if (frame.octets != message.size()) continue;
    const auto body = base::ByteView(message).subspan(pgwire::header_octets);
    for (const auto version : {pgwire::protocol_3_0, pgwire::protocol_3_2}) {
      const auto rebuilt = pgwire::rebuild(origin, version, message[0], body);
      ART32_ASSERT(!rebuilt || *rebuilt == message);
    }
  }
}

inline Scanned check_stream(pgwire::Origin origin, base::ByteView stream, std::size_t step) {
  const Scanned whole = scan(origin, stream, stream.size());
  ART32_ASSERT(whole == scan(origin, stream, step) && whole == scan(origin, stream, 1));
  check_messages(origin, whole);
  return whole;
}

}  // namespace art32::fuzz
