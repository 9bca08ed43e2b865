#include "tenancy/key_ring.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace art32::tenancy {
namespace {

using base::ErrorCode;

TEST(KeyRing, a_new_key_is_believed_before_it_signs) {
  KeyRing ring = KeyRing::make("k1");
  const base::Secret first = ring.signing().secret.clone();
  ASSERT_TRUE(ring.add("k2"));
  EXPECT_EQ(ring.signing().id, "k1");
  ASSERT_NE(ring.find("k2"), nullptr);
  ASSERT_TRUE(ring.sign_with("k2"));
  EXPECT_EQ(ring.signing().id, "k2");
  ASSERT_NE(ring.find("k1"), nullptr);
  EXPECT_EQ(ring.find("k1")->secret.text(), first.text());
  EXPECT_EQ(ring.find("k3"), nullptr);
  ASSERT_TRUE(ring.remove("k1"));
  EXPECT_EQ(ring.find("k1"), nullptr);
}

TEST(KeyRing, reads_what_it_writes) {
  KeyRing ring = KeyRing::make("2026-11");
  ASSERT_TRUE(ring.add("2026-12"));
  ASSERT_TRUE(ring.sign_with("2026-12"));
  const auto read = KeyRing::parse(ring.text().text());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->signing().id, "2026-12");
  EXPECT_EQ(read->text().text(), ring.text().text());
}

TEST(KeyRing, refuses_what_would_leave_nothing_to_sign_with) {
  KeyRing ring = KeyRing::make("k1");
  EXPECT_EQ(ring.remove("k1").error().code, ErrorCode::conflict);
  EXPECT_EQ(ring.remove("k2").error().code, ErrorCode::not_found);
  EXPECT_EQ(ring.sign_with("k2").error().code, ErrorCode::not_found);
  EXPECT_EQ(ring.add("k1").error().code, ErrorCode::already_exists);
  EXPECT_EQ(ring.add("K 1").error().code, ErrorCode::invalid_argument);
  for (std::size_t i = 1; i < base::limits::tenancy_keys; ++i)
    ASSERT_TRUE(ring.add("more-" + std::to_string(i)));
  EXPECT_EQ(ring.add("last").error().code, ErrorCode::exhausted);
}

TEST(KeyRing, says_which_line_is_wrong_and_never_a_key) {
  const std::string good(64, 'a');
  for (const std::string& text :
       {std::string(), "k1 " + good + "\nk2", "k1 " + good + "0", "K1 " + good, "k1  " + good,
        "k1 " + std::string(64, 'g'), "k1 " + good + "\nk1 " + good}) {
    const auto read = KeyRing::parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    EXPECT_NE(read.error().what.find("line"), std::string::npos) << read.error().what;
    EXPECT_EQ(read.error().message().find("aaaa"), std::string::npos);
  }
}

}  // namespace
}  // namespace art32::tenancy
