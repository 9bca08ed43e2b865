#include "merkle/entry_bundle.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace art32::merkle {
namespace {

RC_GTEST_PROP(EntryBundle, reads_back_what_it_wrote, (const std::vector<base::Bytes>& entries)) {
  const base::Bytes bundle = encode_entry_bundle(entries);
  const auto parsed = parse_entry_bundle(bundle, static_cast<unsigned>(entries.size()));
  RC_ASSERT(parsed.has_value());
  for (std::size_t i = 0; i < entries.size(); ++i)
    RC_ASSERT(base::Bytes((*parsed)[i].begin(), (*parsed)[i].end()) == entries[i]);
}

TEST(EntryBundle, writes_lengths_as_big_endian_numbers) {
  EXPECT_EQ(base::hex(encode_entry_bundle({base::to_bytes("ab"), {}, base::Bytes(258, 0x11)})).substr(0, 16),
            "0002616200000102");
}

TEST(EntryBundle, takes_the_longest_entry) {
  const base::Bytes bundle = encode_entry_bundle({base::Bytes(entry_octets_maximum, 7)});
  ASSERT_EQ(bundle.size(), 65'537U);
  EXPECT_EQ(parse_entry_bundle(bundle, 1).value()[0].size(), 65'535U);
}

TEST(EntryBundle, is_refused_when_cut_anywhere_or_longer_than_its_width) {
  base::Bytes bundle = encode_entry_bundle({base::to_bytes("one"), base::to_bytes("two")});
  for (std::size_t length = 0; length < bundle.size(); ++length)
    EXPECT_FALSE(parse_entry_bundle(base::ByteView(bundle).first(length), 2).has_value()) << length;
  EXPECT_FALSE(parse_entry_bundle(bundle, 1).has_value());
  bundle.push_back(0);
  EXPECT_EQ(parse_entry_bundle(bundle, 2).error().code, base::ErrorCode::corrupt);
}

}  // namespace
}  // namespace art32::merkle
