#include "trail/index_codec.h"

#include <algorithm>
#include <bit>

#include "trail/index_terms.h"

namespace art32::trail {
namespace {

constexpr std::string_view magic = "art32-trail-index/v1\n";
constexpr std::size_t block_octets = 12;

class BitWriter {
 public:
  void put(std::uint64_t value, unsigned bits) {
    while (bits > 0) {
      if (free_ == 0) {
        octets_.push_back(0);
        free_ = 8;
      }
      const unsigned now = std::min(bits, free_);
      const std::uint64_t part = value >> (bits - now) & ((1U << now) - 1U);
      octets_.back() |= static_cast<std::uint8_t>(part << (free_ - now));
      free_ -= now;
      bits -= now;
    }
  }
  base::Bytes take() { return std::move(octets_); }

 private:
  base::Bytes octets_;
  unsigned free_ = 0;  // bits of the last octet
};

class BitReader {
 public:
  explicit BitReader(base::ByteView octets) : octets_(octets) {}

  // At most 32 bits; nothing past the end.
  std::optional<std::uint32_t> take(unsigned bits) {
    if (bits > octets_.size() * 8 - at_) return std::nullopt;
    std::uint64_t value = 0;
    for (unsigned left = bits; left > 0;) {
      const unsigned free = 8 - static_cast<unsigned>(at_ % 8);
      const unsigned now = std::min(left, free);
      value = value << now | (octets_[at_ / 8] >> (free - now) & ((1U << now) - 1U));
      at_ += now;
      left -= now;
    }
    return static_cast<std::uint32_t>(value);
  }
  // How many ones come before a zero.
  std::optional<std::uint64_t> take_unary() {
    for (std::uint64_t ones = 0;; ++ones) {
      const auto bit = take(1);
      if (!bit) return std::nullopt;
      if (*bit == 0) return ones;
    }
  }
  // The last octet is filled up with zeros.
  bool is_done() {
    const std::size_t left = octets_.size() * 8 - at_;
    return left < 8 && take(static_cast<unsigned>(left)) == 0U;
  }

 private:
  base::ByteView octets_;
  std::size_t at_ = 0;  // in bits
};

}  // namespace

base::Bytes format_run_head(const RunHead& head) {
  base::Bytes octets = base::to_bytes(magic);
  base::put_u64(octets, head.range.segment);
  base::put_u64(octets, head.range.begin);
  base::put_u64(octets, head.range.end);
  base::put_u32(octets, head.earliest);
  base::put_u32(octets, head.latest);
  base::put_u32(octets, head.blocks);
  base::put_u32(octets, head.entries);
  base::append(octets, head.last);
  octets.push_back(head.remainder_bits);
  octets.push_back(head.ordinal_bits);
  return octets;
}

std::optional<RunHead> parse_run_head(base::ByteView octets) {
  if (octets.size() != run_head_octets || !base::as_text(octets).starts_with(magic)) return std::nullopt;
  const base::ByteView rest = octets.subspan(magic.size());
  RunHead head{{base::get_u64(rest), base::get_u64(rest.subspan(8)), base::get_u64(rest.subspan(16))},
               base::get_u32(rest.subspan(24)),
               base::get_u32(rest.subspan(28)),
               base::get_u32(rest.subspan(32)),
               base::get_u32(rest.subspan(36)),
               {},
               rest[48],
               rest[49]};
  std::ranges::copy(rest.subspan(40, head.last.size()), head.last.begin());
  if (head.range.begin >= head.range.end || head.remainder_bits > 32 || head.ordinal_bits > 32)
    return std::nullopt;
  return head;
}

// Hashes are spread evenly.
void choose_bits(RunHead& head) {
  const std::uint64_t mean = (std::uint64_t{1} << term_bits) / std::max<std::uint32_t>(head.entries, 1);
  head.remainder_bits = static_cast<std::uint8_t>(std::bit_width(mean) - 1);
  head.ordinal_bits = static_cast<std::uint8_t>(std::bit_width(std::max<std::uint32_t>(head.blocks, 1) - 1U));
}

base::Bytes pack_entries(std::span<const IndexEntry> entries, const RunHead& head) {
  BitWriter bits;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) {
      const std::uint32_t difference = hash_in(entries[i]) - hash_in(entries[i - 1]);
      for (std::uint64_t ones = std::uint64_t{difference} >> head.remainder_bits; ones > 0; --ones)
        bits.put(1, 1);
      bits.put(0, 1);
      bits.put(difference, head.remainder_bits);
    }
    bits.put(ordinal_in(entries[i]), head.ordinal_bits);
  }
  return bits.take();
}

std::optional<std::vector<IndexEntry>> unpack_entries(base::ByteView octets, std::uint32_t first_hash,
                                                      std::size_t count, const RunHead& head) {
  BitReader bits(octets);
  std::vector<IndexEntry> entries;
  entries.reserve(std::min(count, entries_of_a_group));
  std::uint64_t hash = first_hash;
  while (entries.size() < count) {
    if (!entries.empty()) {
      const auto ones = bits.take_unary();
      const auto rest = bits.take(head.remainder_bits);
      if (!ones || !rest) return std::nullopt;
      hash += (*ones << head.remainder_bits) + *rest;
    }
    const auto ordinal = bits.take(head.ordinal_bits);
    if (!ordinal || *ordinal >= head.blocks || hash > UINT32_MAX) return std::nullopt;
    const IndexEntry entry = index_entry(static_cast<std::uint32_t>(hash), *ordinal);
    if (!entries.empty() && entry <= entries.back()) return std::nullopt;
    entries.push_back(entry);
  }
  if (!bits.is_done()) return std::nullopt;
  return entries;
}

base::Bytes pack_blocks(std::span<const RunBlock> blocks) {
  base::Bytes octets;
  for (const RunBlock& block : blocks) {
    base::put_u32(octets, block.offset);
    base::put_u32(octets, block.earliest);
    base::put_u32(octets, block.latest);
  }
  return octets;
}

std::optional<std::vector<RunBlock>> unpack_blocks(base::ByteView octets) {
  if (octets.size() % block_octets != 0) return std::nullopt;
  std::vector<RunBlock> blocks;
  for (; !octets.empty(); octets = octets.subspan(block_octets)) {
    blocks.push_back(
        {base::get_u32(octets), base::get_u32(octets.subspan(4)), base::get_u32(octets.subspan(8))});
    if (blocks.size() > 1 && blocks[blocks.size() - 2].offset >= blocks.back().offset) return std::nullopt;
  }
  return blocks;
}

}  // namespace art32::trail
