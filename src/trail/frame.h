// What a segment of the trail is made of: frames, each a block of records or the end of an epoch,
// with a checksum that finds what a crash or a disk left behind.
//
//   frame = size:u32 type:u8 content checksum:8
//
// `size` is that of the content; the checksum is the first 8 octets of SHA-256 over all before it.
// docs/formats/trail.md, "Segment". Pure; any thread.
#pragma once

#include <array>
#include <optional>

#include "base/bytes.h"

namespace art32::trail {

enum class FrameType : std::uint8_t { block = 'b', epoch = 'e' };

inline constexpr std::size_t frame_head_octets = 5;
using FrameChecksum = std::array<std::uint8_t, 8>;
inline constexpr std::size_t frame_overhead = frame_head_octets + std::tuple_size_v<FrameChecksum>;

void put_frame(base::Bytes& target, FrameType type, base::ByteView content);

// Of the frame that begins with these octets: how many it has in all.
std::size_t frame_octets(base::ByteView head) noexcept;  // of frame_head_octets at least

// A view into the octets it was parsed from.
struct Frame {
  FrameType type = FrameType::block;
  base::ByteView content;
  FrameChecksum checksum{};
};
// Nothing unless exactly these octets are one with the right checksum.
std::optional<Frame> parse_frame(base::ByteView octets) noexcept;

}  // namespace art32::trail
