#include "annex/render.h"

#include <gtest/gtest.h>

#include <regex>

#include "annex/sample_test.h"
#include "base/text.h"

namespace art32::annex {
namespace {

using model::Language;
using testing::HasSubstr;
using testing::Not;

// A text with every character that Markdown or HTML would take for its own.
constexpr const char* tricky = "Es <b>gibt</b> & *so* [viele]($x) \\\"_\\\" `y` #1";
model::Annex tricky_annex() {
  auto files = sample::with("availability.toml", "Es gibt", tricky);
  for (SourceFile& file : files)
    file.content = base::replace_all(file.content, "There are", "There are #1");
  return sample::annex(files);
}

model::Annex default_annex() {
  auto annex = load(sample::default_folder(), sample::built());
  EXPECT_TRUE(annex);
  return std::move(*annex);
}

TEST(Markdown, says_the_sentences_with_their_numbers_and_proofs) {
  const std::string text = to_markdown(sample::annex(sample::files()), Language::german);
  EXPECT_THAT(text, testing::StartsWith("# Maßnahmen\n\nAnlage\n\n| | |\n"));
  EXPECT_THAT(text, HasSubstr("| Stand | 23.11.2026 |"));
  EXPECT_THAT(
      text, HasSubstr("### 1.1 Datensicherung (`availability.backup`)\n\n**(1)** Nach 30 Tagen gelöscht.  \n"
                      "*Art des Nachweises: erzwungen (portal.test, backup.test)*\n"));
  EXPECT_THAT(text, HasSubstr("*Art des Nachweises: noch kein Nachweis (vorgesehen: bestätigt)*"));
}

TEST(Markdown, escapes_what_would_be_markup) {
  EXPECT_THAT(to_markdown(tricky_annex(), Language::german),
              HasSubstr(R"(Es \<b\>gibt\</b\> \& \*so\* \[viele\](\$x) "\_" \`y\` \#1 3 Kopien)"));
}

TEST(Html, escapes_what_would_be_markup) {
  const std::string html = to_html(tricky_annex(), Language::german);
  EXPECT_THAT(
      html,
      HasSubstr("Es &lt;b&gt;gibt&lt;/b&gt; &amp; *so* [viele]($x) &quot;_&quot; `y` #1 3\u00a0Kopien"));
  EXPECT_THAT(html, Not(HasSubstr("<b>gibt")));
}

TEST(Html, ends_no_line_within_a_clause_or_before_a_unit) {
  const std::string html = to_html(sample::annex(sample::files()), Language::german);
  EXPECT_THAT(html, HasSubstr("Nach 30\u00a0Tagen gelöscht."));
  EXPECT_THAT(html, HasSubstr("Es gibt 3\u00a0Kopien (Art.\u00a032)."));
}

TEST(Html, is_a_whole_document_that_fetches_nothing_and_runs_nothing) {
  for (const Language language : model::languages) {
    const std::string html = to_html(default_annex(), language);
    EXPECT_THAT(html,
                testing::StartsWith("<!DOCTYPE html>\n<html lang=\"" + std::string(tag(language)) + "\">"));
    EXPECT_THAT(html, testing::EndsWith("</html>\n"));
    for (const char* outside : {"<script", "src=", "href=\"http", "url(", "@import", "<link"})
      EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(Html, has_one_first_heading_and_skips_no_level) {
  const std::string html = to_html(default_annex(), Language::english);
  const std::regex heading("<h([1-6])");
  int last = 0, firsts = 0;
  for (std::sregex_iterator at(html.begin(), html.end(), heading), end; at != end; ++at) {
    const int level = std::stoi((*at)[1]);
    EXPECT_LE(level, last + 1);
    last = level;
    firsts += level == 1 ? 1 : 0;
  }
  EXPECT_EQ(firsts, 1);
}

TEST(Html, links_every_entry_of_the_contents_to_its_heading) {
  const std::string html = to_html(default_annex(), Language::german);
  const std::regex link("href=\"#([^\"]+)\"");
  int links = 0;
  for (std::sregex_iterator at(html.begin(), html.end(), link), end; at != end; ++at, ++links)
    EXPECT_THAT(html, HasSubstr(" id=\"" + (*at)[1].str() + "\"")) << (*at)[1];
  EXPECT_EQ(links, 39);  // 10 sections and 29 measures
}

TEST(Html, names_the_kind_of_proof_and_leads_to_the_state_of_today) {
  const std::string page = "https://annex.example.com/de/measures/availability.backup";
  const model::Annex annex = sample::annex(sample::files());
  const std::string html = to_html(annex, Language::german, "https://annex.example.com");
  EXPECT_THAT(html,
              HasSubstr("Aktueller Stand: <a class=\"address\" href=\"" + page + "\">" + page + "</a>"));
  EXPECT_THAT(to_markdown(annex, Language::german, "https://annex.example.com"),
              HasSubstr("Aktueller Stand: <" + page + ">"));
  EXPECT_THAT(html, Not(HasSubstr(">Nachweis: ")));
  // Green is for what was measured; a document measures nothing.
  EXPECT_THAT(html, Not(HasSubstr("#17603b")));
}

TEST(Html, shows_a_proof_only_where_something_is_built) {
  const std::string html = to_html(sample::annex(sample::files()), Language::english);
  EXPECT_THAT(html, HasSubstr("<p class=\"proof stands\">Kind of proof: <span class=\"kind\">enforced</span> "
                              "<span class=\"identifier\">portal.test, backup.test</span>"));
  EXPECT_THAT(html, HasSubstr("<p class=\"proof\">Kind of proof: <span class=\"kind\">none yet</span> "
                              "<span class=\"intended\">(intended: attested)</span>"));
}

TEST(Pdf, is_tagged_and_names_its_language) {
  const auto pdf = to_pdf(sample::annex(sample::files()), Language::german);
  ASSERT_TRUE(pdf) << pdf.error().message();
  const std::string text = base::to_text(*pdf);
  EXPECT_THAT(text, testing::StartsWith("%PDF-1.7"));
  EXPECT_THAT(text, HasSubstr("/MarkInfo"));
  EXPECT_THAT(text, HasSubstr("/Lang (de)"));
  EXPECT_THAT(text, HasSubstr("pdfuaid"));
}

}  // namespace
}  // namespace art32::annex
