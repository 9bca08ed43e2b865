#include "ledger/entry.h"

#include <gtest/gtest.h>

namespace art32::ledger {
namespace {

const Entry example{"verdict", *base::parse_rfc3339("2026-11-23T16:51:54.123456Z"),
                    crypto::sha256(base::ByteView{})};
const std::string line =
    "art32-entry/v1 verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

TEST(Entry, is_one_line_of_text) {
  EXPECT_EQ(format_entry(example), line);
  EXPECT_EQ(parse_entry(base::as_bytes(line)).value(), example);
}

TEST(Entry, refuses_what_it_would_not_have_written) {
  for (const std::string_view other :
       {"", "art32-entry/v1",
        "art32-entry/v2 verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "art32-entry/v1 verdict 2026-11-23T16:51:54Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "art32-entry/v1 Verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "art32-entry/v1 verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "art32-entry/v1 verdict 2026-11-23T16:51:54.123456Z AAAA",
        "art32-entry/v1  verdict 2026-11-23T16:51:54.123456Z 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="})
    EXPECT_FALSE(parse_entry(base::as_bytes(other))) << other;
  EXPECT_FALSE(parse_entry(base::as_bytes(line + "\n")));
  EXPECT_FALSE(parse_entry(base::as_bytes(line + " ")));
}

TEST(RecordKind, is_lower_case_words_with_hyphens) {
  EXPECT_TRUE(is_record_kind("annex-version"));
  EXPECT_TRUE(is_record_kind("s3"));
  for (const std::string_view other : {"", "-a", "a-", "a--b", "A", "a b", "a\n", "ä"})
    EXPECT_FALSE(is_record_kind(other)) << other;
  EXPECT_FALSE(is_record_kind(std::string(kind_octets_maximum + 1, 'a')));
}

}  // namespace
}  // namespace art32::ledger
