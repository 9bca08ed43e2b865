#include "ledger/frame.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace art32::ledger {
namespace {

base::Bytes frames_from(std::uint64_t first, std::uint32_t count) {
  base::Bytes octets;
  for (std::uint64_t index = first; index < first + count; ++index) {
    const base::Bytes entry = crypto::random_bytes(90), sealed = crypto::random_bytes(40 + index % 7);
    put_frame(octets, {index, entry, sealed});
  }
  return octets;
}

base::Bytes batch_from(std::uint64_t first, std::uint32_t count) {
  const base::Bytes frames = frames_from(first, count);
  base::Bytes octets;
  put_batch_header(octets, {first, count, static_cast<std::uint32_t>(frames.size())});
  base::append(octets, frames);
  return octets;
}

TEST(Batch, comes_back_as_it_was_written) {
  const base::Bytes octets = batch_from(7, 3);
  const auto header = parse_batch_header(octets);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->first, 7U);
  const auto frames = parse_frames(*header, base::ByteView(octets).subspan(batch_header_octets));
  ASSERT_TRUE(frames);
  ASSERT_EQ(frames->size(), 3U);
  EXPECT_EQ((*frames)[2].index, 9U);
  EXPECT_EQ((*frames)[2].sealed.size(), 42U);
}

TEST(Batch, shows_every_changed_octet) {
  const base::Bytes octets = batch_from(7, 2);
  for (std::size_t at = 0; at < octets.size(); ++at) {
    base::Bytes changed = octets;
    changed[at] ^= 0x10;
    const auto header = parse_batch_header(changed);
    if (!header) continue;
    EXPECT_FALSE(parse_frames(*header, base::ByteView(changed).subspan(batch_header_octets))) << at;
  }
}

TEST(Batch, names_the_damaged_record) {
  base::Bytes octets = batch_from(7, 3);
  octets[octets.size() - 20] ^= 1;
  const auto header = parse_batch_header(octets);
  const auto frames = parse_frames(*header, base::ByteView(octets).subspan(batch_header_octets));
  ASSERT_FALSE(frames);
  EXPECT_THAT(frames.error().what, testing::HasSubstr("record 9"));
}

TEST(Batch, refuses_every_cut) {
  const base::Bytes octets = batch_from(0, 2);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const base::ByteView cut = base::ByteView(octets).first(size);
    const auto header = parse_batch_header(cut);
    EXPECT_TRUE(!header || !parse_frames(*header, cut.subspan(batch_header_octets))) << size;
  }
}

TEST(LaterBatch, is_found_behind_octets_that_make_no_sense) {
  base::Bytes octets = crypto::random_bytes(1000);
  base::append(octets, base::as_bytes("a32batch but not a header, it has no checksum"));
  EXPECT_FALSE(find_later_batch(octets, 4));
  const std::size_t place = octets.size();
  base::append(octets, batch_from(9, 1));
  EXPECT_EQ(find_later_batch(octets, 4), place);
  EXPECT_FALSE(find_later_batch(octets, 9)) << "it isn't later than itself";
}

}  // namespace
}  // namespace art32::ledger
