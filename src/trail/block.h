// Records as they lie on disk: many of one team, pressed together and encrypted under the team's
// key. docs/formats/trail.md, "Block".
//
// Pure; any thread. A block is sealed under a key drawn for it alone, so writing one again
// never meets the same key and nonce twice.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace art32::trail {

// Tells a team's blocks from others', to who has the store's key.
using TeamReference = std::array<std::uint8_t, 16>;

struct BlockHeader {
  std::uint64_t epoch = 0;
  TeamReference team{};
  std::uint64_t first = 0;  // number of the first record, among the team's
  std::uint32_t count = 0;  // of records, at least one

  bool operator==(const BlockHeader&) const = default;
};

// A record, and what lies beside it and isn't hashed: its personal values (trail/personal_values.h).
struct StoredRecord {
  base::ByteView record, values;
};

// `records`: one behind the other, as put_record() writes them.
base::Bytes seal_block(const BlockHeader& header, base::ByteView records, base::ByteView team_key);
void put_record(base::Bytes& records, base::ByteView record, base::ByteView values = {});
inline constexpr std::size_t stored_record_overhead = 4 + 4;

// What a block holds; the records are views into it.
struct BlockRecords {
  BlockHeader header;
  base::Bytes plain;
  std::vector<base::ByteView> records;
  std::vector<base::ByteView> values;  // beside each of them

  BlockRecords() = default;
  BlockRecords(BlockRecords&&) noexcept = default;
  BlockRecords& operator=(BlockRecords&&) noexcept = default;
  BlockRecords(const BlockRecords&) = delete;
  BlockRecords& operator=(const BlockRecords&) = delete;
  ~BlockRecords() = default;
};

// `corrupt` for what isn't a block.
base::Result<BlockHeader> block_header(base::ByteView block);
// `corrupt` where the key doesn't fit, or the records aren't those of the header.
base::Result<BlockRecords> open_block(base::ByteView block, base::ByteView team_key);

}  // namespace art32::trail
