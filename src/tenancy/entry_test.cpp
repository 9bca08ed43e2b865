#include "tenancy/entry.h"

#include <gtest/gtest.h>

#include "tenancy/testing.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;

base::Bytes vector_session() {
  return *base::from_hex("101112131415161718191a1b1c1d1e1f");
}

base::Bytes vector_context() {
  return *base::from_hex(
      "01026b3101020304050607080000000000004000000000001000002a0234320475736572013703722d31"
      "339622704d97776bfe620c2ffff38dcbfbadfba3c718cfe7bfac04d2b34c4364");
}

TEST(Entry, agrees_with_the_vector_of_its_format) {
  const base::Instant expires(std::chrono::seconds(1'764'500'040));
  EXPECT_EQ(
      base::hex(make_entry(vector_claim(), vector_session(), 1, expires, vector_keys())),
      "01026b31101112131415161718191a1b1c1d1e1f000000000000000100000000692c22480234320475736572013703722d31"
      "840bacf3de5ec149d9fc065519b8c9b38417d2e39688ac58e696a5d1cd122961");
}

TEST(Entry, of_nobody_agrees_with_its_vector) {
  const base::Instant expires(std::chrono::seconds(1'764'500'040));
  EXPECT_EQ(base::hex(make_nobody_entry(vector_session(), 2, expires, vector_keys())),
            "01026b31101112131415161718191a1b1c1d1e1f000000000000000200000000692c224800000000"
            "f4aa4c8f97b9cf95bd6ab888e19ac3a0256b80b8569444849e1c804a0886760e");
}

TEST(CommitContext, agrees_with_the_vector_of_its_format) {
  const auto context = read_commit_context(vector_context(), vector_keys());
  ASSERT_TRUE(context) << context.error().message();
  EXPECT_EQ(
      *context,
      (CommitContext{0x0102030405060708, 16384, 0x1000002a, {"42"}, {model::ActorKind::user, "7"}, "r-1"}));
}

TEST(CommitContext, any_octet_changed_or_missing_is_refused) {
  const base::Bytes right = vector_context();
  for (std::size_t at = 0; at < right.size(); ++at) {
    base::Bytes changed = right;
    changed[at] ^= 1;
    EXPECT_FALSE(read_commit_context(changed, vector_keys())) << at;
    EXPECT_FALSE(read_commit_context(base::ByteView(right).first(at), vector_keys())) << at;
  }
}

TEST(CommitContext, an_entry_is_none) {
  const base::Bytes entry = make_entry(vector_claim(), vector_session(), 1, vector_time(), vector_keys());
  EXPECT_FALSE(read_commit_context(entry, vector_keys()));
}

TEST(CommitContext, of_an_unknown_key_is_refused_as_such) {
  const auto context = read_commit_context(vector_context(), KeyRing::make("k1"));
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().code, ErrorCode::permission);
}

}  // namespace
}  // namespace art32::tenancy
