#include <fmt/core.h>
#include <gtest/gtest.h>

#include "audit/probes/probes.h"
#include "audit/probes/site_for_test.h"
#include "base/scratch_folder.h"
#include "base/text.h"

namespace art32::audit {
namespace {

using model::Language;
using model::Verdict;

class AnnexPairing : public testing::Test {
 protected:
  AnnexPairing() {
    model::Measure measure;
    measure.id = "encryption.transport";
    measure.promises = {
        {"hsts_max_age", model::PromiseType::duration, std::chrono::milliseconds(86'400'000LL * 365)}};
    for (const auto& [id, german, english] :
         {std::tuple("versions", "Nur TLS & nichts sonst.", "TLS & nothing else."),
          std::tuple("hsts", "Mindestens {hsts_max_age}.", "At least {hsts_max_age}.")}) {
      model::Paragraph paragraph;
      paragraph.id = id;
      paragraph.text = {german, english};
      measure.paragraphs.push_back(paragraph);
    }
    target = site.target();
    target.annex.sections.push_back({"encryption", {}, {}, {measure}});
    target.annex_folder = folder.path();
    write(
        "[[measure]]\nid = \"encryption.transport\"\n[[measure.paragraph]]\nid = \"versions\"\n"
        "[[measure.paragraph]]\nid = \"hsts\"\n");
    publish(Language::german, page(Language::german));
    publish(Language::english, page(Language::english));
  }

  void write(const std::string& toml) {
    ASSERT_TRUE(base::replace_file(folder.path() / "encryption.toml", base::as_bytes(toml)).has_value());
  }
  std::string page(Language language) const {
    std::string html;
    const model::Measure& measure = *target.annex.measures().front();
    for (const model::Paragraph& paragraph : measure.paragraphs)
      html += fmt::format("<p><span class=\"sentence\" data-paragraph=\"{}/{}\">{}</span></p>\n", measure.id,
                          paragraph.id, base::escape_html(model::fill(measure, paragraph, language)));
    return html;
  }
  void publish(Language language, std::string html) {
    site.serve(fmt::format("/{}/annex", model::tag(language)), std::move(html));
  }
  Verdict verdict() const { return verdict_of(probe_annex_pairing, target); }

  base::ScratchFolder folder;
  SiteForTest site;
  Target target;
};

TEST_F(AnnexPairing, passes_when_both_pages_say_what_the_annex_says) {
  EXPECT_EQ(verdict(), Verdict::pass);
}

TEST_F(AnnexPairing, fails_when_a_word_or_a_number_differs) {
  publish(Language::english, base::replace_all(page(Language::english), "At least", "At most"));
  EXPECT_EQ(verdict(), Verdict::fail);
  publish(Language::english, base::replace_all(page(Language::english), "365", "364"));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(AnnexPairing, fails_when_a_sentence_is_missing_or_empty_in_one_language) {
  const std::string english = page(Language::english);
  publish(Language::english, english.substr(0, english.find('\n')));
  EXPECT_EQ(verdict(), Verdict::fail);
  publish(Language::english, base::replace_all(english, "At least 365 days.", " "));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(AnnexPairing, fails_when_a_sentence_is_missing_in_both) {
  for (const Language language : model::languages)
    publish(language, page(language).substr(0, page(language).find('\n')));
  EXPECT_EQ(verdict(), Verdict::fail) << "the files have one more";
}

TEST_F(AnnexPairing, fails_when_one_is_made_up_doubled_or_moved) {
  const std::string german = page(Language::german);
  publish(Language::german, german + "<span class=\"sentence\" data-paragraph=\"a.b/c\">Neu.</span>");
  EXPECT_EQ(verdict(), Verdict::fail);
  publish(Language::german, german + german);
  EXPECT_EQ(verdict(), Verdict::fail);
  const std::size_t line = german.find('\n') + 1;
  publish(Language::german, german.substr(line) + german.substr(0, line));
  EXPECT_EQ(verdict(), Verdict::fail);
}

TEST_F(AnnexPairing, fails_when_one_page_is_served_twice_and_cannot_tell_when_there_is_none) {
  publish(Language::english, page(Language::german));
  EXPECT_EQ(verdict(), Verdict::fail) << "the English page says other words than the annex";
  site.withdraw("/en/annex");
  EXPECT_EQ(verdict(), Verdict::error);
}

TEST_F(AnnexPairing, cannot_tell_when_the_files_hold_nothing) {
  write("# empty\n");
  EXPECT_EQ(verdict(), Verdict::error);
}

}  // namespace
}  // namespace art32::audit
