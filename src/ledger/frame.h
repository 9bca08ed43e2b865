// Octets of a records file: batches of frames, one frame a record.
//
//   batch = "a32batch" first:u64 count:u32 octets:u32 checksum:8 frame*
//   frame = index:u64 sealed_octets:u32 entry_octets:u16 entry sealed checksum:8
//
// A checksum is the first 8 octets of SHA-256 over what stands before it in its
// header or frame. docs/formats/ledger.md, "Records". Pure; any thread.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::ledger {

inline constexpr std::size_t checksum_octets = 8;
inline constexpr std::size_t batch_header_octets = 32;
inline constexpr std::size_t frame_header_octets = 14;

using Checksum = std::array<std::uint8_t, checksum_octets>;
Checksum checksum_of(base::ByteView octets);

struct BatchHeader {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t octets = 0;  // of the frames

  bool operator==(const BatchHeader&) const = default;
};

// A view into the octets it was parsed from.
struct Frame {
  std::uint64_t index = 0;
  base::ByteView entry;
  base::ByteView sealed;

  std::size_t octets() const { return frame_header_octets + entry.size() + sealed.size() + checksum_octets; }
};

void put_batch_header(base::Bytes& target, const BatchHeader& header);
// Nothing unless the first 32 octets are a header with the right checksum.
std::optional<BatchHeader> parse_batch_header(base::ByteView octets);

std::size_t frame_octets(std::size_t entry_octets, std::size_t sealed_octets);
void put_frame(base::Bytes& target, const Frame& frame);
// The frame at the beginning of `octets`; more may follow. `corrupt`.
base::Result<Frame> parse_frame(base::ByteView octets);
// The frames of one batch: exactly as its header says. `corrupt`, naming the record.
base::Result<std::vector<Frame>> parse_frames(const BatchHeader& header, base::ByteView octets);

// Where a header that starts after `expected` stands in `octets`: proof that what
// comes before it had been acknowledged.
std::optional<std::size_t> find_later_batch(base::ByteView octets, std::uint64_t expected);

}  // namespace art32::ledger
