#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "annex/render.h"
#include "annex/sample_test.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace art32::annex {
namespace {

std::string sample_json() {
  return to_json(sample::annex(sample::files()));
}

TEST(AnnexJson, writes_both_languages_and_typed_promises) {
  const std::string json = sample_json();
  EXPECT_THAT(json,
              testing::StartsWith(R"({"format":"art32-annex/v1","document":{"title":{"de":"Maßnahmen",)"));
  EXPECT_THAT(json, testing::HasSubstr(R"("promises":[{"name":"retention","type":"duration","value":"30d"},)"
                                       R"({"name":"copies","type":"count","value":3}])"));
  EXPECT_THAT(json, testing::HasSubstr(R"("de":"Nach {retention:dative} gelöscht.")"));
}

TEST(AnnexJson, comes_back_as_the_same_octets) {
  for (const char* promise :
       {R"({ type = "percentage", value = 99.95 })", R"({ type = "date", value = 2026-11-23 })",
        R"({ type = "words", value = { de = "dr\"ei", en = "three" } })",
        R"({ type = "text", value = "drei" })", R"({ type = "duration", value = "90m" })"}) {
    const std::string json =
        to_json(sample::annex(sample::with("availability.toml", "{ type = \"count\", value = 3 }", promise)));
    const auto again = from_json(json);
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(to_json(*again), json);
  }
}

TEST(AnnexJson, holds_the_default_annex) {
  const auto annex = load(sample::default_folder(), sample::built());
  ASSERT_TRUE(annex) << annex.error().message();
  const auto again = from_json(to_json(*annex));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(to_json(*again), to_json(*annex));
}

TEST(AnnexJson, refuses_what_is_not_canonical_or_incomplete) {
  const std::string json = sample_json();
  const auto refused = [&](std::string_view from, std::string_view to) {
    const std::string bent = base::replace_all(json, from, to);
    EXPECT_NE(bent, json) << from;
    const auto annex = from_json(bent);
    return !annex && annex.error().code == base::ErrorCode::corrupt;
  };
  EXPECT_TRUE(refused("{\"format\"", "{ \"format\""));
  EXPECT_TRUE(refused("art32-annex/v1", "art32-annex/v2"));
  EXPECT_TRUE(refused("\"30d\"", "\"720h\""));
  EXPECT_TRUE(refused("\"30d\"", "\"thirty\""));
  EXPECT_TRUE(refused("\"value\":3", "\"value\":-3.5"));
  EXPECT_TRUE(refused("{retention:dative}", "{keep}"));
  EXPECT_TRUE(refused("2026-11-23", "2026-13-23"));
  EXPECT_TRUE(refused("\"binding\":\"de\"", "\"binding\":\"fr\""));
  EXPECT_TRUE(refused("\"attested\"", "\"certain\""));
  EXPECT_TRUE(refused("\"controls\":[]", "\"controls\":{}"));
  EXPECT_FALSE(from_json(""));
  EXPECT_FALSE(from_json(std::string(100'000, '[')));
}

// The vectors of docs/formats/annex.md.
TEST(AnnexJson, has_the_digests_that_the_format_document_names) {
  const base::Path root = sample::default_folder() / "..";
  const auto document = base::read_text_file(root / "docs/formats/annex.md");
  ASSERT_TRUE(document);
  for (const std::string name : {"valid", "every_type"}) {
    const auto vector = base::read_text_file(root / "fuzz/corpus/annex" / name);
    ASSERT_TRUE(vector);
    const std::size_t cut = vector->find("\n---\n");
    const model::Annex annex = sample::annex(
        {{"document.toml", vector->substr(0, cut)}, {"availability.toml", vector->substr(cut + 5)}});
    const std::string row = fmt::format("| `{}` | `{}` |", name, crypto::sha256_hex(to_json(annex)));
    EXPECT_THAT(*document, testing::HasSubstr(row));
  }
}

TEST(AnnexJson, never_accepts_a_cut_document) {
  const std::string json = sample_json();
  rc::check([&] { RC_ASSERT(!from_json(json.substr(0, *rc::gen::inRange<std::size_t>(0, json.size())))); });
}

}  // namespace
}  // namespace art32::annex
