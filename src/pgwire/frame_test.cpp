#include "pgwire/frame.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>

#include "pgwire/frontend.h"

namespace art32::pgwire {
namespace {

base::Bytes header(char type, std::uint32_t length) {
  base::Bytes octets{static_cast<std::uint8_t>(type)};
  base::put_u32(octets, length);
  return octets;
}

Frame frame_of(Origin origin, char type, std::uint32_t length) {
  return read_frame(origin, header(type, length));
}

TEST(Frame, says_how_long_the_message_is_before_its_body_is_there) {
  const Frame frame = frame_of(Origin::frontend, 'Q', 1'000);
  EXPECT_EQ(frame.status, FrameStatus::message);
  EXPECT_EQ(frame.type, 'Q');
  EXPECT_EQ(frame.octets, 1'001U);
}

TEST(Frame, is_incomplete_below_five_octets) {
  const base::Bytes whole(sync_message.begin(), sync_message.end());
  for (std::size_t size = 0; size < 5; ++size)
    EXPECT_EQ(read_frame(Origin::frontend, base::ByteView(whole).first(size)).status,
              FrameStatus::incomplete);
  EXPECT_EQ(read_frame(Origin::frontend, whole).status, FrameStatus::message);
}

TEST(Frame, refuses_unknown_types_at_their_first_octet) {
  for (int type = 0; type < 256; ++type)
    for (const Origin origin : {Origin::frontend, Origin::backend}) {
      const base::Bytes octet{static_cast<std::uint8_t>(type)};
      const bool is_known = find_message(origin, octet[0]) != nullptr;
      EXPECT_EQ(read_frame(origin, octet).status, is_known ? FrameStatus::incomplete : FrameStatus::invalid);
      EXPECT_EQ(frame_of(origin, static_cast<char>(type), 4).status == FrameStatus::invalid,
                !is_known || find_message(origin, octet[0])->smallest > 0);
    }
}

TEST(Frame, admits_exactly_the_lengths_of_the_table) {
  for (const MessageRow& row : message_rows) {
    const char type = static_cast<char>(row.type);
    EXPECT_EQ(frame_of(row.origin, type, 4 + row.smallest).status, FrameStatus::message) << row.name;
    EXPECT_EQ(frame_of(row.origin, type, 4 + row.largest).status, FrameStatus::message) << row.name;
    EXPECT_EQ(frame_of(row.origin, type, 3 + row.smallest).status, FrameStatus::invalid) << row.name;
    EXPECT_EQ(frame_of(row.origin, type, 5 + row.largest).status, FrameStatus::invalid) << row.name;
  }
}

TEST(Frame, refuses_lengths_that_overflow) {
  for (const MessageRow& row : message_rows)
    for (const std::uint32_t length : {0U, 1U, 2U, 3U, 0x7fff'ffffU, 0x8000'0000U, 0xffff'fffaU, 0xffff'fffbU,
                                       0xffff'fffcU, 0xffff'fffdU, 0xffff'fffeU, 0xffff'ffffU}) {
      const Frame frame = frame_of(row.origin, static_cast<char>(row.type), length);
      EXPECT_EQ(frame.status, FrameStatus::invalid) << row.name << " " << length;
      EXPECT_STREQ(frame.reason, length < 4 ? "message length too small" : "message length too large");
    }
}

// Messages with bodies of any octets, within the bounds of their types.
base::Bytes any_stream(Origin origin) {
  const auto rows =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, message_rows.size()));
  base::Bytes stream;
  for (const std::size_t index : rows) {
    const MessageRow& row = message_rows[index];
    if (row.origin != origin) continue;
    const std::uint32_t most = std::min(row.largest, row.smallest + 300);
    const auto size = *rc::gen::inRange<std::uint32_t>(row.smallest, most + 1);
    base::append(stream, header(static_cast<char>(row.type), 4 + size));
    base::append(stream, *rc::gen::container<base::Bytes>(size, rc::gen::arbitrary<std::uint8_t>()));
  }
  return stream;
}

struct Seen {
  std::uint8_t type = 0;
  base::Bytes octets;
  bool operator==(const Seen&) const = default;
};

struct Walk {
  std::vector<Seen> messages;
  base::Bytes held;
  std::string reason;
  bool operator==(const Walk&) const = default;
};

// The stream in pieces of these sizes, as often as they suffice. Each piece is copied
// to memory of exactly its size, so that a sanitizer sees any reading past it.
Walk walk(Origin origin, base::ByteView stream, const std::vector<std::size_t>& sizes) {
  FrameScanner scanner(origin);
  Walk result;
  std::size_t turn = 0;
  while (!stream.empty() && result.reason.empty()) {
    const std::size_t size =
        std::min(sizes.empty() ? stream.size() : 1 + sizes[turn++ % sizes.size()], stream.size());
    base::Bytes arrived = std::exchange(result.held, {});
    base::append(arrived, stream.first(size));
    stream = stream.subspan(size);
    const auto exact = std::make_unique<std::uint8_t[]>(arrived.size());
    std::copy(arrived.begin(), arrived.end(), exact.get());
    base::ByteView input(exact.get(), arrived.size());
    while (!input.empty()) {
      const Piece piece = scanner.next(input);
      if (piece.kind == Piece::Kind::invalid) result.reason = piece.reason;
      if (piece.kind == Piece::Kind::header) result.messages.push_back({piece.type, {}});
      if (piece.bytes.empty()) break;
      base::append(result.messages.back().octets, piece.bytes);
      EXPECT_EQ(piece.is_last, result.messages.back().octets.size() == piece.octets);
      input = input.subspan(piece.bytes.size());
    }
    result.held.assign(input.begin(), input.end());
    EXPECT_TRUE(result.held.size() <= 4 || !result.reason.empty());
  }
  if (!result.reason.empty()) result.held.clear();
  return result;
}

RC_GTEST_PROP(FrameScanner, gives_the_same_messages_however_the_stream_is_cut, ()) {
  const Origin origin = *rc::gen::element(Origin::frontend, Origin::backend);
  const base::Bytes stream = any_stream(origin);
  const Walk whole = walk(origin, stream, {});
  base::Bytes joined;
  for (const Seen& seen : whole.messages)
    base::append(joined, seen.octets);
  RC_ASSERT(joined == stream);
  RC_ASSERT(walk(origin, stream, {0}) == whole);
  const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 40));
  RC_ASSERT(walk(origin, stream, sizes) == whole);
}

RC_GTEST_PROP(FrameScanner, refuses_noise_at_the_same_place_however_it_is_cut, (base::Bytes noise)) {
  base::Bytes stream = any_stream(Origin::backend);
  base::append(stream, noise);
  const Walk whole = walk(Origin::backend, stream, {});
  const auto sizes = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 9));
  const Walk cut = walk(Origin::backend, stream, sizes);
  RC_ASSERT(cut.messages == whole.messages);
  RC_ASSERT(cut.reason == whole.reason);
}

TEST(FrameScanner, passes_a_body_on_without_holding_it) {
  FrameScanner scanner(Origin::backend);
  base::Bytes octets = header('D', large_body);
  octets.resize(100);
  Piece piece = scanner.next(octets);
  EXPECT_EQ(piece.kind, Piece::Kind::header);
  EXPECT_EQ(piece.bytes.size(), 100U);
  EXPECT_FALSE(piece.is_last);
  EXPECT_EQ(piece.octets, large_body + 1);
  piece = scanner.next(octets);
  EXPECT_EQ(piece.kind, Piece::Kind::body);
  EXPECT_EQ(scanner.left(), large_body + 1 - 200);
  EXPECT_FALSE(scanner.is_between_messages());
}

TEST(FrameScanner, stays_refused) {
  FrameScanner scanner(Origin::frontend);
  EXPECT_EQ(scanner.next(header('?', 4)).kind, Piece::Kind::invalid);
  const Piece piece = scanner.next(sync_message);
  EXPECT_EQ(piece.kind, Piece::Kind::invalid);
  EXPECT_STREQ(piece.reason, "unknown message type");
  EXPECT_TRUE(piece.bytes.empty());
}

}  // namespace
}  // namespace art32::pgwire
