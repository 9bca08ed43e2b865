#include "audit/probes/sentences.h"

#include <gtest/gtest.h>

namespace art32::audit {
namespace {

TEST(Sentences, are_found_in_order_with_their_entities_resolved) {
  const auto found = extract_sentences(
      "<p><span class=\"sentence\" data-paragraph=\"a.b/c\">Eins &amp; zwei\n  &lt;drei&gt;</span> "
      "<span>no</span>"
      "<span class=\"sentence\" data-paragraph=\"a.b/d\" id=\"x\">Vier &#39;f&quot;nf</span></p>");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].paragraph, "a.b/c");
  EXPECT_EQ(found[0].text, "Eins & zwei <drei>");
  EXPECT_EQ(found[1].paragraph, "a.b/d");
  EXPECT_EQ(found[1].text, "Vier 'f\"nf");
}

TEST(Sentences, of_a_page_cut_off_are_only_the_whole_ones) {
  const std::string page =
      "<span class=\"sentence\" data-paragraph=\"a/b\">one</span><span class=\"sentence\" "
      "data-paragraph=\"a/c\">two</span>";
  for (std::size_t size = 0; size < page.size(); ++size)
    EXPECT_LE(extract_sentences(page.substr(0, size)).size(), 1U) << size;
  EXPECT_EQ(extract_sentences(page).size(), 2U);
}

TEST(Sentences, resolve_an_entity_once) {
  EXPECT_EQ(resolve_entities("&amp;lt;"), "&lt;");
  EXPECT_EQ(resolve_entities("&"), "&");
  EXPECT_EQ(resolve_entities("&unknown;"), "&unknown;");
}

TEST(Sentences, are_compared_without_regard_to_how_lines_break) {
  EXPECT_EQ(collapse_spaces("  a \n\t b  "), "a b");
  EXPECT_EQ(collapse_spaces(" \n "), "");
}

TEST(ParagraphsOfFile, are_the_ids_below_their_measures) {
  const auto found = paragraphs_of_file(R"(
[section]
title = { de = "T", en = "T" }
[[measure]]
id = "encryption.transport"
[measure.promise]
id = { type = "text", value = "not a paragraph" }
  [[measure.paragraph]]
  id = "versions"
  de = "id = \"x\""
[[measure.paragraph]]
id="hsts"
[[measure]]
id = "encryption.secrets"
[[measure.paragraph]]
id = "passwords"
)");
  EXPECT_EQ(found, (std::vector<std::string>{"encryption.transport/versions", "encryption.transport/hsts",
                                             "encryption.secrets/passwords"}));
  EXPECT_TRUE(paragraphs_of_file("").empty());
}

}  // namespace
}  // namespace art32::audit
