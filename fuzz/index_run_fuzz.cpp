// Runs of the trail's index, below their seals: heads, groups of entries and pages of blocks that
// are taken apart are packed again octet by octet, and nothing is read past their ends.
#include "base/assert.h"
#include "fuzz/input.h"
#include "trail/index_codec.h"

namespace trail = art32::trail;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  art32::fuzz::Input input(data, size);
  const art32::base::ByteView octets = input.take(trail::run_head_octets);
  const auto head = trail::parse_run_head(octets);
  if (!head) return 0;
  ART32_ASSERT(std::ranges::equal(trail::format_run_head(*head), octets));
  const auto first_hash = static_cast<std::uint32_t>(input.number(4));
  const std::size_t count = input.number(1);
  const art32::base::ByteView rest = input.rest();
  if (count > 0) {
    if (const auto entries = trail::unpack_entries(rest, first_hash, count, *head)) {
      ART32_ASSERT(entries->size() == count && trail::hash_in(entries->front()) == first_hash);
      ART32_ASSERT(std::ranges::is_sorted(*entries));
      ART32_ASSERT(std::ranges::equal(trail::pack_entries(*entries, *head), rest));
    }
  }
  if (const auto blocks = trail::unpack_blocks(rest))
    ART32_ASSERT(std::ranges::equal(trail::pack_blocks(*blocks), rest));
  return 0;
}
