#include "trail/block.h"

#include <fmt/core.h>
#include <zstd.h>

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "crypto/aead.h"
#include "crypto/mac.h"
#include "crypto/random.h"

namespace art32::trail {
namespace {

constexpr std::string_view label = "art32-trail-block/v1\n";
constexpr std::size_t seed_octets = 32;
constexpr std::size_t fixed_octets = 8 + std::tuple_size_v<TeamReference> + 8 + 4 + 4;
constexpr std::size_t header_octets = fixed_octets + seed_octets;
constexpr int level = 3;
constexpr std::array<std::uint8_t, crypto::aead_nonce_octets> nonce{};  // the key is used once

auto damaged(std::string_view how) {
  return base::failure(base::ErrorCode::corrupt, fmt::format("a block of the trail {}", how));
}

crypto::Digest key_of(base::ByteView team_key, base::ByteView seed) {
  return crypto::hmac_sha256(team_key, {base::as_bytes(label), seed});
}

base::Bytes pressed(base::ByteView plain) {
  base::Bytes target(::ZSTD_compressBound(plain.size()));
  const std::size_t size = ::ZSTD_compress(target.data(), target.size(), plain.data(), plain.size(), level);
  ART32_ASSERT(::ZSTD_isError(size) == 0);
  target.resize(size);
  return target;
}

// What put_record() wrote.
base::Status split_records(BlockRecords& block) {
  block.records.reserve(
      std::min<std::size_t>(block.header.count, block.plain.size() / stored_record_overhead));
  base::ByteView rest = block.plain;
  while (!rest.empty()) {
    for (auto* const parts : {&block.records, &block.values}) {
      if (rest.size() < 4) return damaged("has a record that is cut off");
      const std::size_t size = base::get_u32(rest);
      if (size > rest.size() - 4) return damaged("has a record that is cut off");
      parts->push_back(rest.subspan(4, size));
      rest = rest.subspan(4 + size);
    }
  }
  return {};
}

}  // namespace

void put_record(base::Bytes& records, base::ByteView record, base::ByteView values) {
  for (const base::ByteView part : {record, values}) {
    base::put_u32(records, static_cast<std::uint32_t>(part.size()));
    base::append(records, part);
  }
}

base::Bytes seal_block(const BlockHeader& header, base::ByteView records, base::ByteView team_key) {
  ART32_ASSERT(records.size() <= base::limits::trail_block_octets);
  base::Bytes block;
  base::put_u64(block, header.epoch);
  base::append(block, header.team);
  base::put_u64(block, header.first);
  base::put_u32(block, header.count);
  base::put_u32(block, static_cast<std::uint32_t>(records.size()));
  const base::Bytes seed = crypto::random_bytes(seed_octets);
  base::append(block, seed);
  base::append(block, crypto::aead_seal(key_of(team_key, seed), nonce, pressed(records), block));
  return block;
}

base::Result<BlockHeader> block_header(base::ByteView block) {
  if (block.size() < header_octets) return damaged("is cut off");
  BlockHeader header;
  header.epoch = base::get_u64(block);
  std::copy_n(block.begin() + 8, header.team.size(), header.team.begin());
  header.first = base::get_u64(block.subspan(24));
  header.count = base::get_u32(block.subspan(32));
  return header;
}

base::Result<BlockRecords> open_block(base::ByteView block, base::ByteView team_key) {
  BlockRecords opened;
  ART32_ASSIGN(opened.header, block_header(block));
  const std::size_t plain_octets = base::get_u32(block.subspan(36));
  if (plain_octets > base::limits::trail_block_octets) return damaged("is longer than any");
  ART32_ASSIGN(const base::Bytes packed,
               crypto::aead_open(key_of(team_key, block.subspan(fixed_octets, seed_octets)), nonce,
                                 block.subspan(header_octets), block.first(header_octets)));
  opened.plain.resize(plain_octets);
  if (::ZSTD_decompress(opened.plain.data(), plain_octets, packed.data(), packed.size()) != plain_octets)
    return damaged("doesn't unpack");
  ART32_CHECKED(split_records(opened));
  if (opened.records.size() != opened.header.count) return damaged("has another number of records");
  return opened;
}

}  // namespace art32::trail
