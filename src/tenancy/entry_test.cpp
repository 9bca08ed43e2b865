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
      "01026b31000000001000002a0234320475736572013703722d31"
      "b4ddd71912cf08d1cb73709d2077d386678984f53ce10b36341c3276f2b4cc69");
}

TEST(Entry, agrees_with_the_vector_of_its_format) {
  const base::Instant expires(std::chrono::seconds(1'764'500'040));
  EXPECT_EQ(
      base::hex(make_entry(vector_claim(), vector_session(), 1, expires, vector_keys())),
      "01026b31101112131415161718191a1b1c1d1e1f000000000000000100000000692c22480234320475736572013703722d31"
      "840bacf3de5ec149d9fc065519b8c9b38417d2e39688ac58e696a5d1cd122961");
}

TEST(CommitContext, agrees_with_the_vector_of_its_format) {
  const auto context = read_commit_context(vector_context(), vector_keys());
  ASSERT_TRUE(context) << context.error().message();
  EXPECT_EQ(*context, (CommitContext{0x1000002a, {"42"}, {model::ActorKind::user, "7"}, "r-1"}));
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
