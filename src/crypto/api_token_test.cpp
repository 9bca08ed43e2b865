#include "crypto/api_token.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/digest.h"

namespace art32::crypto {
namespace {

TEST(ApiToken, carries_the_checksum_that_php_calls_crc32b) {
  EXPECT_EQ(api_token_checksum("123456789"), "cbf43926");  // the check value of CRC-32/ISO-HDLC
  EXPECT_EQ(api_token_checksum("The quick brown fox jumped over the lazy dog."),
            "82a34642");  // PHP manual, crc32()
  EXPECT_EQ(api_token_checksum(""), "00000000");
}

TEST(ApiToken, is_prefix_forty_random_letters_and_their_checksum) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const base::Secret made = make_api_token("art32_");
    const std::string_view token = made.text();
    ASSERT_EQ(token.size(), 6U + 40 + 8);
    EXPECT_EQ(token.substr(0, 6), "art32_");
    EXPECT_EQ(token.substr(46), api_token_checksum(token.substr(6, 40)));
    for (const char letter : token.substr(6, 40))
      EXPECT_NE(std::isalnum(static_cast<unsigned char>(letter)), 0);
    seen.emplace(token);
  }
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_EQ(make_api_token("").size(), 48U);
}

TEST(ApiToken, is_what_the_format_page_says) {
  // docs/formats/changes.md
  const std::string random_part = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
  const std::string token = "art32_" + random_part + "76061c51";
  EXPECT_EQ(api_token_checksum(random_part), "76061c51");
  EXPECT_TRUE(is_api_token_form(token, "art32_"));
  EXPECT_EQ(api_token_hash(token), "11ca97dcb32302713b6af4fb85057a0040bfb07713ec42a455e641c35b661f39");
}

TEST(ApiToken, is_shown_with_its_id_before_a_pipe) {
  EXPECT_EQ(join_api_token(17, base::Secret(std::string_view("secret"))).text(), "17|secret");
}

TEST(ApiToken, has_a_prefix_that_needs_no_quotes) {
  for (const char* prefix : {"", "art32_", "A-b_9", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_TRUE(is_api_token_prefix(prefix)) << prefix;
  for (const char* prefix : {"a|", "a b", "1|", "\xc3\xa4", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_FALSE(is_api_token_prefix(prefix)) << prefix;
}

TEST(ApiToken, is_known_by_its_form) {
  const base::Secret made = make_api_token("art32_");
  const std::string token(made.text());
  EXPECT_TRUE(is_api_token_form(token, "art32_"));
  EXPECT_FALSE(is_api_token_form(token, "art3_"));
  EXPECT_FALSE(is_api_token_form(token, ""));
  EXPECT_TRUE(is_api_token_form(token.substr(6), ""));
  for (std::size_t place = 0; place < token.size(); ++place) {
    std::string changed = token;
    changed[place] = changed[place] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(is_api_token_form(changed, "art32_")) << place;
    EXPECT_FALSE(is_api_token_form(token.substr(0, place), "art32_")) << place;
  }
  EXPECT_FALSE(is_api_token_form(token + "0", "art32_"));
}

TEST(ApiToken, is_stored_as_sha256_and_matches_nothing_else) {
  const std::string stored = api_token_hash("abc");
  EXPECT_EQ(stored, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(is_api_token_hash(stored));
  EXPECT_TRUE(api_token_matches("abc", stored));
  EXPECT_FALSE(api_token_matches("abd", stored));
  EXPECT_FALSE(api_token_matches(stored, stored)) << "the stored form is no token";
  EXPECT_FALSE(api_token_matches("abc", "abc")) << "a token in the clear is no stored form";
}

TEST(ApiToken, knows_its_stored_form_strictly) {
  EXPECT_FALSE(is_api_token_hash(""));
  EXPECT_FALSE(is_api_token_hash(std::string(63, 'a')));
  EXPECT_FALSE(is_api_token_hash(std::string(65, 'a')));
  EXPECT_FALSE(is_api_token_hash(std::string(64, 'A')));
  EXPECT_FALSE(is_api_token_hash(std::string(64, 'g')));
  EXPECT_TRUE(is_api_token_hash(std::string(64, 'f')));
}

TEST(ApiToken, is_read_with_and_without_its_id) {
  const auto with_id = parse_api_token("17|secret|more");
  ASSERT_TRUE(with_id.has_value());
  EXPECT_EQ(with_id->id, 17U);
  EXPECT_EQ(with_id->token, "secret|more");
  const auto without_id = parse_api_token("secret");
  ASSERT_TRUE(without_id.has_value());
  EXPECT_EQ(without_id->id, std::nullopt);
  EXPECT_EQ(without_id->token, "secret");
}

TEST(ApiToken, is_refused_with_an_id_that_is_no_number) {
  for (const char* presented : {"", "|", "17|", "|secret", "x|secret", "-1|secret", "1.5|secret", " 1|secret",
                                "0x1|secret", "99999999999999999999999|secret"})
    EXPECT_FALSE(parse_api_token(presented).has_value()) << presented;
}

}  // namespace
}  // namespace art32::crypto
