#include "model/annex.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "model/text_template.h"

namespace art32::model {
namespace {

using namespace std::chrono_literals;

Annex sample() {
  Annex annex;
  Measure measure;
  measure.id = "availability.backup";
  measure.promises.push_back({"retention", PromiseType::duration, std::chrono::milliseconds{720h}});
  Paragraph paragraph;
  paragraph.id = "retention";
  paragraph.text = {"Nach {retention:dative} gelöscht, {{so}}.", "Deleted after {retention}, {{so}}."};
  measure.paragraphs.push_back(paragraph);
  annex.sections.push_back({"availability", {}, {}, {measure}});
  return annex;
}

TEST(Annex, fills_placeholders_in_the_form_the_sentence_needs) {
  const Annex annex = sample();
  const Measure& measure = *annex.measure("availability.backup");
  EXPECT_EQ(fill(measure, measure.paragraphs[0], Language::german), "Nach 30 Tagen gelöscht, {so}.");
  EXPECT_EQ(fill(measure, measure.paragraphs[0], Language::english), "Deleted after 30 days, {so}.");
}

TEST(Annex, finds_measures_and_promises_by_name) {
  const Annex annex = sample();
  EXPECT_EQ(annex.measure("availability.restore"), nullptr);
  EXPECT_EQ(annex.measures().size(), 1U);
  EXPECT_EQ(annex.promise("availability.backup", "retention").type, PromiseType::duration);
  EXPECT_EQ(annex.measures()[0]->promise("keep"), nullptr);
}

TEST(AnnexDeathTest, aborts_when_a_control_reads_a_promise_that_was_never_checked) {
  const Annex annex = sample();
  EXPECT_DEATH(static_cast<void>(annex.promise("availability.backup", "keep")), "promise != nullptr");
}

TEST(TextTemplate, splits_literals_and_placeholders) {
  const auto parts = parse_template("a {x} b {y:dative}");
  ASSERT_TRUE(parts);
  const std::vector<TemplatePart> expected{
      {"a ", "", Form::plain}, {"", "x", Form::plain}, {" b ", "", Form::plain}, {"", "y", Form::dative}};
  EXPECT_EQ(*parts, expected);
}

TEST(TextTemplate, refuses_what_is_neither_text_nor_placeholder) {
  for (const char* text :
       {"{", "}", "a}b", "{a", "{}", "{A}", "{a b}", "{a:genitive}", "{a{b}}", "{1a}", "{:dative}"})
    EXPECT_FALSE(parse_template(text)) << text;
}

TEST(TextTemplate, gives_any_text_back_when_its_braces_are_doubled) {
  rc::check([](const std::string& text) {
    std::string doubled;
    for (const char c : text)
      doubled += c == '{' || c == '}' ? std::string(2, c) : std::string(1, c);
    const auto parts = parse_template(doubled);
    RC_ASSERT(parts.has_value());
    RC_ASSERT((parts->empty() ? std::string{} : parts->front().literal) == text);
  });
}

TEST(ProofKind, reads_back_by_its_name) {
  for (const auto kind : {ProofKind::enforced, ProofKind::probed, ProofKind::attested})
    EXPECT_EQ(parse_proof_kind(name(kind)), kind);
  EXPECT_EQ(name(ProofKind::probed, Language::german), "geprüft");
}

}  // namespace
}  // namespace art32::model
