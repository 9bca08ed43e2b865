// The hot path: where messages begin and end in a stream, and nothing else.
//
// read_frame judges one header; FrameScanner walks a stream that arrives in any cuts
// and never needs a body in one piece. Inline, no allocation, no exception; a scanner
// belongs to one direction of one connection and one thread.
//
// A type that its origin doesn't have, or a length outside of the table (message.h),
// is `invalid`: where the next message begins is then unknown, so the connection must
// end. Lengths are compared before anything is added to them (the overflow class of
// CVE-2026-6664). PostgreSQL documentation, section 55.2.
#pragma once

#include <algorithm>

#include "base/bytes.h"
#include "pgwire/message.h"

namespace art32::pgwire {

namespace detail {

// Lengths as on the wire (4 + body) of one type: from `first` on, `width` many. A type
// that doesn't exist has none.
struct LengthRange {
  std::uint32_t first = 0;
  std::uint32_t width = 0;
};

using LengthRanges = std::array<LengthRange, 256>;

constexpr LengthRanges length_ranges(Origin origin) {
  LengthRanges ranges{};
  for (const MessageRow& row : message_rows)
    if (row.origin == origin) ranges[row.type] = {4 + row.smallest, row.largest - row.smallest + 1};
  return ranges;
}

inline constexpr std::array<LengthRanges, 2> lengths = {length_ranges(Origin::frontend),
                                                        length_ranges(Origin::backend)};

}  // namespace detail

enum class FrameStatus : std::uint8_t {
  incomplete,  // fewer octets than a header
  message,     // a good header; the body may still be under way
  invalid,     // no message begins so
};

struct Frame {
  FrameStatus status = FrameStatus::incomplete;
  std::uint8_t type = 0;
  std::uint32_t octets = 0;  // of the whole message: 1 + length
  const char* reason = "";   // static text, for `invalid`
};

// The message that begins at input[0]. Reads its first five octets at most; the type
// is judged as soon as it is there.
inline Frame read_frame(Origin origin, base::ByteView input) noexcept {
  if (input.empty()) return {};
  const std::uint8_t* octet = input.data();
  const detail::LengthRange range = detail::lengths[static_cast<std::size_t>(origin)][octet[0]];
  if (range.width == 0) [[unlikely]]
    return {FrameStatus::invalid, octet[0], 0, "unknown message type"};
  if (input.size() < header_octets) return {FrameStatus::incomplete, octet[0], 0, ""};
  const std::uint32_t length = static_cast<std::uint32_t>(octet[1]) << 24 |
                               static_cast<std::uint32_t>(octet[2]) << 16 |
                               static_cast<std::uint32_t>(octet[3]) << 8 | octet[4];
  // One comparison for too short and too long: below `first` the difference wraps round.
  if (length - range.first >= range.width) [[unlikely]]
    return {FrameStatus::invalid, octet[0], 0,
            length < range.first ? "message length too small" : "message length too large"};
  return {FrameStatus::message, octet[0], length + 1, ""};
}

// A part of the stream that belongs to one message.
struct Piece {
  enum class Kind : std::uint8_t {
    header,      // a message begins: its five octets, and as much of its body as is there
    body,        // the message that had begun goes on
    incomplete,  // no complete header yet: hold the input (four octets at most), ask again with more
    invalid,     // as of read_frame; stays so
  };
  Kind kind = Kind::incomplete;
  std::uint8_t type = 0;
  bool is_last = false;      // the message ends with this piece
  std::uint32_t octets = 0;  // of the whole message
  base::ByteView bytes;      // the first octets of the input: go on behind them
  const char* reason = "";
};

class FrameScanner {
 public:
  explicit FrameScanner(Origin origin) noexcept : origin_(origin) {}

  // The next piece at the beginning of `input`. What an `incomplete` piece left, and
  // nothing else, stands at the beginning of the next call's input again.
  Piece next(base::ByteView input) noexcept {
    if (left_ > 0) return go_on(input);
    if (failed_.status == FrameStatus::invalid) [[unlikely]]
      return refused();
    const Frame frame = read_frame(origin_, input);
    if (frame.status == FrameStatus::incomplete)
      return {Piece::Kind::incomplete, frame.type, false, 0, {}, ""};
    if (frame.status == FrameStatus::invalid) [[unlikely]] {
      failed_ = frame;
      return refused();
    }
    type_ = frame.type;
    octets_ = frame.octets;
    left_ = frame.octets;
    Piece piece = go_on(input);
    piece.kind = Piece::Kind::header;
    return piece;
  }

  // Nothing of a message has begun, as far as the pieces given out tell.
  bool is_between_messages() const noexcept { return left_ == 0; }
  std::uint32_t left() const noexcept { return left_; }  // octets of the current message to come

 private:
  Piece go_on(base::ByteView input) noexcept {
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(left_, input.size()));
    left_ -= count;
    if (count == 0) return {Piece::Kind::incomplete, type_, false, octets_, {}, ""};
    return {Piece::Kind::body, type_, left_ == 0, octets_, input.first(count), ""};
  }
  Piece refused() const noexcept {
    return {Piece::Kind::invalid, failed_.type, false, 0, {}, failed_.reason};
  }

  Origin origin_;
  std::uint8_t type_ = 0;
  std::uint32_t octets_ = 0;
  std::uint32_t left_ = 0;
  Frame failed_;
};

}  // namespace art32::pgwire
