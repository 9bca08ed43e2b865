// How a run of the index packs its entries: sorted hashes as Rice-coded differences, each with the
// ordinal of its block. docs/formats/trail.md, "Index".
//
// Pure; any thread. What isn't so packed is refused, never read past.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "trail/frame.h"

namespace art32::trail {

// A hash and the ordinal of a block in which its term is: sorts by hash, then ordinal.
using IndexEntry = std::uint64_t;
constexpr IndexEntry index_entry(std::uint32_t hash, std::uint32_t ordinal) {
  return std::uint64_t{hash} << 32U | ordinal;
}
constexpr std::uint32_t hash_in(IndexEntry entry) {
  return static_cast<std::uint32_t>(entry >> 32U);
}
constexpr std::uint32_t ordinal_in(IndexEntry entry) {
  return static_cast<std::uint32_t>(entry);
}

inline constexpr std::size_t entries_of_a_group = 128;
inline constexpr std::size_t blocks_of_a_page = 512;

// Which octets of which file a run covers, from one frame's begin to another's end.
struct RunRange {
  std::uint64_t segment = 0;
  std::uint64_t begin = 0, end = 0;

  auto operator<=>(const RunRange&) const = default;
};

// A block of records in a run. Times are seconds since 1970 UTC, of the commits of what it holds; of one
// without any, `earliest` is behind `latest`.
struct RunBlock {
  std::uint32_t offset = 0;  // from the run's begin
  std::uint32_t earliest = UINT32_MAX, latest = 0;

  bool operator==(const RunBlock&) const = default;
};

struct RunHead {
  RunRange range;
  std::uint32_t earliest = UINT32_MAX, latest = 0;  // of all blocks
  std::uint32_t blocks = 0;
  std::uint32_t entries = 0;
  FrameChecksum last{};  // of the frame that ends where the run does: that of another trail has another one
  std::uint8_t remainder_bits = 0;  // of a difference of hashes
  std::uint8_t ordinal_bits = 0;

  bool operator==(const RunHead&) const = default;
  std::size_t groups() const { return (entries + entries_of_a_group - 1) / entries_of_a_group; }
  std::size_t pages() const { return (blocks + blocks_of_a_page - 1) / blocks_of_a_page; }
};
inline constexpr std::size_t run_head_octets = 71;
base::Bytes format_run_head(const RunHead& head);
std::optional<RunHead> parse_run_head(base::ByteView octets);
// Those that make the entries shortest.
void choose_bits(RunHead& head);

// Not empty. The first entry's hash stands elsewhere.
base::Bytes pack_entries(std::span<const IndexEntry> entries, const RunHead& head);
std::optional<std::vector<IndexEntry>> unpack_entries(base::ByteView octets, std::uint32_t first_hash,
                                                      std::size_t count, const RunHead& head);

base::Bytes pack_blocks(std::span<const RunBlock> blocks);
std::optional<std::vector<RunBlock>> unpack_blocks(base::ByteView octets);

}  // namespace art32::trail
