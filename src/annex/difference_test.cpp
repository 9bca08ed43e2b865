#include "annex/difference.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "annex/sample_test.h"
#include "annex/word_difference.h"

namespace art32::annex {
namespace {

using model::Language;

model::Annex sample_with(std::string_view from, std::string_view to) {
  return sample::annex(sample::with("availability.toml", from, to));
}

std::string german(const model::Annex& after) {
  return to_text(compare(sample::annex(sample::files()), after), Language::german, false);
}

TEST(WordDifference, marks_the_changed_words_only) {
  const auto runs = compare_words("kept for 30 days, then gone", "kept for 14 days and then gone");
  std::string shown;
  for (const WordRun& run : runs)
    shown += run.kind == WordRun::Kind::common ? run.text
                                               : (run.kind == WordRun::Kind::removed ? "-" : "+") + run.text;
  EXPECT_EQ(shown, "kept for -30+14 days-, + and then gone");
}

TEST(WordDifference, takes_neighbouring_changed_words_as_one_run) {
  const auto runs = compare_words("a one two b", "a three four b");
  ASSERT_EQ(runs.size(), 4U);
  EXPECT_EQ(runs[1].text, "one two");
  EXPECT_EQ(runs[2].text, "three four");
}

TEST(WordDifference, gives_both_texts_back_whatever_they_are) {
  rc::check([] {
    const auto text = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,.\n{")));
    const std::string before = *text, after = *text;
    std::string old_text, new_text;
    for (const WordRun& run : compare_words(before, after)) {
      RC_ASSERT(!run.text.empty());
      if (run.kind != WordRun::Kind::added) old_text += run.text;
      if (run.kind != WordRun::Kind::removed) new_text += run.text;
    }
    RC_ASSERT(old_text == before);
    RC_ASSERT(new_text == after);
  });
}

TEST(WordDifference, gives_up_on_texts_too_long_to_compare) {
  std::string before, after;
  for (int i = 0; i < 4000; ++i)
    before += fmt::format("{} ", i), after += fmt::format("{} ", i + 1);
  const auto runs = compare_words(before, after);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].text, before);
}

TEST(Difference, is_empty_between_equals) {
  EXPECT_EQ(german(sample::annex(sample::files())), "Keine Änderungen.\n");
}

TEST(Difference, shows_a_changed_promise_and_the_sentence_that_says_it) {
  EXPECT_EQ(german(sample_with("\"30d\"", "\"14d\"")),
            "availability.backup: Zusage retention geändert\n  [-30-]{+14+} Tage\n"
            "availability.backup/retention: Text geändert\n  Nach [-30-]{+14+} Tagen gelöscht.\n");
}

TEST(Difference, shows_paragraphs_that_came_and_went) {
  EXPECT_EQ(german(sample_with("id = \"copies\"", "id = \"three\"")),
            "availability.backup/copies: Text entfernt\n  [-Es gibt 3 Kopien (Art. 32).-]\n"
            "availability.backup/three: Text hinzugefügt\n  {+Es gibt 3 Kopien (Art. 32).+}\n");
}

TEST(Difference, shows_a_measure_that_was_added_with_all_its_paragraphs) {
  std::vector<SourceFile> files = sample::files();
  files[1].content +=
      "[[measure]]\nid = \"availability.load\"\ntitle = { de = \"Last\", en = \"Load\" "
      "}\n[[measure.paragraph]]\n"
      "id = \"a\"\nde = \"Ja.\"\nen = \"Yes.\"\nproof = \"probed\"\ncontrols = []\nprobes = []\n";
  EXPECT_EQ(german(sample::annex(files)),
            "availability.load: Maßnahme hinzugefügt\n  {+Last+}\n"
            "availability.load/a: Text hinzugefügt\n  {+Ja.+}\n");
}

TEST(Difference, shows_changes_of_the_document_and_of_the_proof) {
  auto files = sample::with("availability.toml", "\"attested\"", "\"probed\"");
  files[0] = sample::with("document.toml", "1.0.0", "1.1.0")[0];
  EXPECT_EQ(german(sample::annex(files)),
            "Version geändert\n  1.[-0-]{+1+}.0\n"
            "availability.backup/copies: Nachweis geändert\n  [-bestätigt-]{+geprüft+}\n");
}

TEST(Difference, shows_a_promise_that_only_the_program_sees) {
  const std::string text =
      german(sample_with("type = \"count\", value = 3", "type = \"text\", value = \"3\""));
  EXPECT_EQ(text, "availability.backup: Zusage copies (type) geändert\n  [-count-]{+text+}\n");
}

TEST(Difference, shows_a_changed_order) {
  std::vector<SourceFile> files = sample::files();
  std::string& content = files[1].content;
  const std::size_t first = content.find("[[measure.paragraph]]");
  const std::size_t second = content.find("[[measure.paragraph]]", first + 1);
  content = content.substr(0, first) + content.substr(second) + "\n" + content.substr(first, second - first);
  EXPECT_EQ(german(sample::annex(files)),
            "availability.backup: Reihenfolge der Absätze geändert\n  [-retention -]copies{+ retention+}\n");
}

TEST(Difference, speaks_english_and_colours_on_request) {
  const auto differences = compare(sample::annex(sample::files()), sample_with("\"30d\"", "\"14d\""));
  EXPECT_EQ(to_text({differences[0]}, Language::english, true),
            "\x1b[1mavailability.backup: promise retention changed\x1b[0m\n  "
            "\x1b[31;9m30\x1b[0m\x1b[32m14\x1b[0m days\n");
}

TEST(Difference, is_json_for_programs) {
  const auto differences = compare(sample::annex(sample::files()), sample_with("\"30d\"", "\"14d\""));
  EXPECT_EQ(
      to_json({differences[0]}),
      R"([{"change":"changed","measure":"availability.backup","paragraph":"","subject":"promise retention",)"
      R"("de":[{"kind":"removed","text":"30"},{"kind":"added","text":"14"},{"kind":"common","text":" Tage"}],)"
      R"("en":[{"kind":"removed","text":"30"},{"kind":"added","text":"14"},{"kind":"common","text":" days"}]}])");
}

}  // namespace
}  // namespace art32::annex
