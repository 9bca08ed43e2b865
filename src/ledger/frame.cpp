#include "ledger/frame.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "crypto/digest.h"

namespace art32::ledger {
namespace {

constexpr std::string_view batch_magic = "a32batch";

bool has_checksum(base::ByteView octets, base::ByteView checksum) {
  return std::ranges::equal(checksum_of(octets), checksum);
}

tl::unexpected<base::Error> damaged(std::uint64_t index, std::string_view how) {
  return base::failure(base::ErrorCode::corrupt, fmt::format("record {} {}", index, how));
}

}  // namespace

Checksum checksum_of(base::ByteView octets) {
  const crypto::Digest digest = crypto::sha256(octets);
  Checksum checksum{};
  std::copy_n(digest.begin(), checksum.size(), checksum.begin());
  return checksum;
}

void put_batch_header(base::Bytes& target, const BatchHeader& header) {
  const std::size_t start = target.size();
  base::append(target, base::as_bytes(batch_magic));
  base::put_u64(target, header.first);
  base::put_u32(target, header.count);
  base::put_u32(target, header.octets);
  base::append(target, checksum_of(base::ByteView(target).subspan(start)));
  ART32_ASSERT(target.size() - start == batch_header_octets);
}

std::optional<BatchHeader> parse_batch_header(base::ByteView octets) {
  if (octets.size() < batch_header_octets) return std::nullopt;
  if (!std::ranges::equal(octets.first(8), base::as_bytes(batch_magic))) return std::nullopt;
  if (!has_checksum(octets.first(24), octets.subspan(24, checksum_octets))) return std::nullopt;
  return BatchHeader{base::get_u64(octets.subspan(8)), base::get_u32(octets.subspan(16)),
                     base::get_u32(octets.subspan(20))};
}

std::size_t frame_octets(std::size_t entry_octets, std::size_t sealed_octets) {
  return frame_header_octets + entry_octets + sealed_octets + checksum_octets;
}

void put_frame(base::Bytes& target, const Frame& frame) {
  ART32_ASSERT(frame.entry.size() <= base::limits::ledger_entry_octets);
  const std::size_t start = target.size();
  base::put_u64(target, frame.index);
  base::put_u32(target, static_cast<std::uint32_t>(frame.sealed.size()));
  base::put_u16(target, static_cast<std::uint16_t>(frame.entry.size()));
  base::append(target, frame.entry);
  base::append(target, frame.sealed);
  base::append(target, checksum_of(base::ByteView(target).subspan(start)));
}

base::Result<Frame> parse_frame(base::ByteView octets) {
  if (octets.size() < frame_header_octets + checksum_octets)
    return base::failure(base::ErrorCode::corrupt, "a record's frame is cut off");
  Frame frame{base::get_u64(octets), {}, {}};
  const std::size_t sealed_octets = base::get_u32(octets.subspan(8));
  const std::size_t entry_octets = base::get_u16(octets.subspan(12));
  if (frame_octets(entry_octets, sealed_octets) > octets.size())
    return damaged(frame.index, "is longer than its batch");
  frame.entry = octets.subspan(frame_header_octets, entry_octets);
  frame.sealed = octets.subspan(frame_header_octets + entry_octets, sealed_octets);
  const std::size_t covered = frame.octets() - checksum_octets;
  if (!has_checksum(octets.first(covered), octets.subspan(covered, checksum_octets)))
    return damaged(frame.index, "doesn't have the checksum it was written with");
  return frame;
}

base::Result<std::vector<Frame>> parse_frames(const BatchHeader& header, base::ByteView octets) {
  if (octets.size() != header.octets) return damaged(header.first, "starts a batch that isn't whole");
  std::vector<Frame> frames;
  for (std::uint64_t index = header.first; index < header.first + header.count; ++index) {
    auto frame = parse_frame(octets);
    // The index inside a damaged frame can't be trusted: name the one that was due.
    if (!frame || frame->index != index)
      return damaged(index, "doesn't have the checksum it was written with");
    octets = octets.subspan(frame->octets());
    frames.push_back(*frame);
  }
  if (!octets.empty()) return damaged(header.first + header.count, "isn't announced by its batch");
  return frames;
}

std::optional<std::size_t> find_later_batch(base::ByteView octets, std::uint64_t expected) {
  const base::ByteView magic = base::as_bytes(batch_magic);
  for (auto at = octets.begin();; ++at) {
    at = std::search(at, octets.end(), magic.begin(), magic.end());
    if (at == octets.end()) return std::nullopt;
    const auto offset = static_cast<std::size_t>(at - octets.begin());
    const auto header = parse_batch_header(octets.subspan(offset));
    if (header && header->first > expected) return offset;
  }
}

}  // namespace art32::ledger
