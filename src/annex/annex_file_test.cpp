#include "annex/annex_file.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "annex/sample_test.h"
#include "base/limits.h"
#include "base/scratch_folder.h"
#include "base/text.h"

namespace art32::annex {
namespace {

// "file:line: what" of each finding.
std::vector<std::string> findings(const std::vector<SourceFile>& files,
                                  const Vocabulary& vocabulary = sample::vocabulary()) {
  std::vector<std::string> all;
  for (const Finding& finding : parse(files, vocabulary).findings) {
    EXPECT_FALSE(finding.mend.empty()) << finding.what;
    all.push_back(fmt::format("{}:{}: {}", finding.file, finding.line, finding.what));
  }
  return all;
}

std::vector<std::string> bent(const std::string& file, std::string_view from, std::string_view to) {
  return findings(sample::with(file, from, to));
}
std::vector<std::string> document(std::string_view from, std::string_view to) {
  return bent("document.toml", from, to);
}
std::vector<std::string> section(std::string_view from, std::string_view to) {
  return bent("availability.toml", from, to);
}

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AnnexFile, reads_the_whole_of_a_valid_annex) {
  const Loaded loaded = parse(sample::files(), sample::vocabulary());
  EXPECT_EQ(format(loaded.findings), "");
  const model::Measure& measure = *loaded.annex.measure("availability.backup");
  EXPECT_EQ(measure.promises[0].name, "retention");  // in the order of the file
  EXPECT_EQ(measure.promises[1].name, "copies");
  EXPECT_EQ(fill(measure, measure.paragraphs[0], model::Language::german), "Nach 30 Tagen gelöscht.");
  EXPECT_EQ(measure.paragraphs[0].proof, model::ProofKind::enforced);
  EXPECT_THAT(measure.paragraphs[0].probes, ElementsAre("backup.test"));
  EXPECT_EQ(base::iso_date(loaded.annex.document.effective), "2026-12-07");
  EXPECT_EQ(loaded.annex.document.security.phone, "+49 30 123456");
}

TEST(AnnexFile, finds_nothing_wrong_with_the_default_annex) {
  const auto loaded = load(sample::default_folder(), sample::built());
  ASSERT_TRUE(loaded) << loaded.error().message();
  for (const char* id : {"confidentiality.physical",
                         "confidentiality.system",
                         "confidentiality.separation",
                         "confidentiality.pseudonymisation",
                         "access.data",
                         "integrity.input",
                         "integrity.transfer",
                         "availability.backup",
                         "availability.recovery",
                         "availability.load",
                         "review.audit",
                         "review.evidence",
                         "review.deploy",
                         "review.patch",
                         "review.pentest",
                         "encryption.transport",
                         "encryption.database",
                         "encryption.at_rest",
                         "encryption.backup",
                         "encryption.secrets",
                         "deletion.concept",
                         "suppliers.selection",
                         "suppliers.list",
                         "suppliers.notice",
                         "people.secrecy",
                         "people.training",
                         "people.incidents",
                         "document.annex",
                         "document.contact"})
    EXPECT_NE(loaded->measure(id), nullptr) << id;
  EXPECT_EQ(loaded->measures().size(), 29U);
}

// What is proven of the assurance system must not stand for the application that customers use.
TEST(AnnexFile, promises_for_the_application_what_the_default_annex_promises_of_encryption) {
  const auto loaded = load(sample::default_folder(), sample::built());
  ASSERT_TRUE(loaded) << loaded.error().message();
  const auto promises = [&](const char* measure, const char* placeholder) {
    const std::vector<model::Paragraph>& all = loaded->measure(measure)->paragraphs;
    return std::any_of(all.begin(), all.end(), [&](const model::Paragraph& paragraph) {
      return paragraph.text.german.starts_with("Die Anwendung ") &&
             paragraph.text.english.starts_with("The application ") &&
             paragraph.text.english.find(placeholder) != std::string::npos && paragraph.probes.empty();
    });
  };
  EXPECT_TRUE(promises("encryption.transport", "{protocol}"));
  EXPECT_TRUE(promises("encryption.transport", "{hsts_max_age}"));
  EXPECT_TRUE(promises("encryption.secrets", "{bcrypt_cost}"));
  EXPECT_TRUE(promises("encryption.secrets", "{token_hash}"));
}

// Clause 2 of the standard contractual clauses forbids altering them: the annex fills one of theirs.
TEST(AnnexFile, replaces_no_annex_of_the_standard_contractual_clauses) {
  const auto loaded = load(sample::default_folder(), sample::built());
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_THAT(loaded->document.preamble.german, HasSubstr("bildet sie Anhang II"));
  EXPECT_THAT(loaded->document.preamble.english, HasSubstr("it constitutes Annex II"));
}

TEST(AnnexFile, refuses_an_unknown_placeholder) {
  EXPECT_THAT(
      section("{copies}", "{copy}"),
      ElementsAre("availability.toml:10: no paragraph of availability.backup says the promise copies",
                  HasSubstr("availability.toml:22: the German text of availability.backup/copies has the "
                            "unknown placeholder {copy}"),
                  HasSubstr("availability.toml:23: the English text")));
}

TEST(AnnexFile, refuses_an_unused_promise) {
  EXPECT_THAT(
      section("{copies}", "drei"),
      ElementsAre("availability.toml:10: no paragraph of availability.backup says the promise copies"));
}

TEST(AnnexFile, refuses_a_lone_brace_and_an_unknown_form) {
  EXPECT_THAT(section("gelöscht.", "gelöscht}."), ElementsAre(HasSubstr("availability.toml:14: ")));
  EXPECT_THAT(section(":dative", ":genitive"), ElementsAre(HasSubstr("asks for an unknown form")));
}

TEST(AnnexFile, refuses_placeholders_where_nothing_fills_them) {
  const std::string what = "has a brace, but only paragraphs have placeholders";
  EXPECT_THAT(section("en = \"Backup\"", "en = \"Backup {nonsense}\""),
              ElementsAre("availability.toml:6: en of title of availability.backup " + what));
  EXPECT_THAT(section("de = \"Datensicherung\"", "de = \"Datensicherung {retention}\""),
              ElementsAre("availability.toml:6: de of title of availability.backup " + what));
  EXPECT_THAT(
      section("\"Availability\" }", "\"Availability\" }\nintroduction = { de = \"{x}\", en = \"x\" }"),
      ElementsAre("availability.toml:3: de of introduction of [section] " + what));
  EXPECT_THAT(
      section("{ type = \"count\", value = 3 }", R"({ type = "words", value = { de = "{}", en = "3" } })"),
      ElementsAre(HasSubstr("availability.toml:10: de of value of ")));
  EXPECT_THAT(document("\"Preamble\"", "\"Kept for {retention}\""),
              ElementsAre("document.toml:9: en of preamble of [document] " + what));
  EXPECT_THAT(document("\"Maßnahmen\"", "\"Maßnahmen}\""), ElementsAre(HasSubstr("document.toml:2: ")));
  EXPECT_THAT(document("\"Muster GmbH\"", "\"{company}\""),
              ElementsAre(HasSubstr("name of [company] " + what)));
}

TEST(AnnexFile, refuses_a_dative_in_english) {
  EXPECT_THAT(
      section("after {retention}", "after {retention:dative}"),
      ElementsAre(HasSubstr("availability.toml:15: the English text of availability.backup/retention asks")));
}

TEST(AnnexFile, refuses_a_duration_without_a_unit) {
  EXPECT_THAT(section("\"30d\"", "30"), ElementsAre("availability.toml:9: the promise retention of "
                                                    "availability.backup is a duration without a unit"));
  EXPECT_THAT(section("\"30d\"", "\"30\""), ElementsAre(HasSubstr("no duration with a unit")));
  EXPECT_THAT(section("\"30d\"", "\"0d\""), ElementsAre(HasSubstr("between 1 ms and a hundred years")));
}

TEST(AnnexFile, refuses_a_negative_count_and_one_that_is_no_number) {
  EXPECT_THAT(section("value = 3", "value = -3"),
              ElementsAre(HasSubstr("availability.toml:10: the promise copies of "
                                    "availability.backup is a negative count")));
  EXPECT_THAT(section("value = 3", "value = \"3\""), ElementsAre(HasSubstr("value of the promise copies")));
}

TEST(AnnexFile, refuses_values_that_do_not_fit_their_type) {
  const auto copies = [](std::string_view promise) {
    return section("{ type = \"count\", value = 3 }", promise);
  };
  EXPECT_THAT(copies(R"({ type = "percentage", value = 101.0 })"),
              ElementsAre(HasSubstr("is no percentage")));
  EXPECT_THAT(copies(R"({ type = "percentage", value = nan })"), ElementsAre(HasSubstr("is no percentage")));
  EXPECT_THAT(copies(R"({ type = "date", value = "2026-11-23" })"),
              ElementsAre(HasSubstr("is a text in quotes")));
  EXPECT_THAT(copies(R"({ type = "words", value = { de = "drei" } })"),
              ElementsAre(HasSubstr("has no English text")));
  EXPECT_THAT(copies(R"({ type = "text", value = "" })"), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(copies(R"({ type = "number", value = 3 })"), ElementsAre(HasSubstr("has an unknown type")));
  EXPECT_THAT(copies("3"), ElementsAre(HasSubstr("is a whole number")));
}

TEST(AnnexFile, accepts_a_value_of_every_type) {
  for (const char* promise :
       {R"({ type = "percentage", value = 99.9 })", R"({ type = "date", value = 2026-11-23 })",
        R"({ type = "words", value = { de = "drei", en = "three" } })",
        R"({ type = "text", value = "drei" })", R"({ type = "duration", value = "1h" })"})
    EXPECT_THAT(section("{ type = \"count\", value = 3 }", promise), ElementsAre()) << promise;
}

TEST(AnnexFile, refuses_a_promise_that_a_control_reads_with_another_type) {
  EXPECT_THAT(
      section("type = \"duration\", value = \"30d\"", "type = \"text\", value = \"30d\""),
      ElementsAre("availability.toml:9: the promise retention of availability.backup is a text, but the "
                  "control portal.test reads a duration"));
}

TEST(AnnexFile, refuses_a_promised_value_that_its_control_cannot_keep) {
  for (const char* value : {"12h", "366d", "36h"}) {
    const Loaded loaded = parse(sample::with("availability.toml", "30d", value), sample::vocabulary());
    ASSERT_EQ(loaded.findings.size(), 1U) << value;
    EXPECT_EQ(loaded.findings[0].line, 9);
    EXPECT_EQ(loaded.findings[0].what,
              fmt::format("the promise retention of availability.backup is {}, which the control portal.test "
                          "can't keep",
                          value));
    EXPECT_EQ(loaded.findings[0].mend, "write a duration from 1d to 365d in steps of 1d");
  }
  for (const char* value : {"1d", "365d"})
    EXPECT_THAT(section("30d", value), ElementsAre()) << value;
}

TEST(AnnexFile, refuses_a_promise_that_none_of_the_paragraphs_controls_reads) {
  EXPECT_THAT(
      section("proof = \"attested\"\ncontrols = []", "proof = \"attested\"\ncontrols = [\"portal.test\"]"),
      ElementsAre("availability.toml:22: nobody keeps {copies} of availability.backup/copies: none of the "
                  "controls that it names reads it"));
}

TEST(AnnexFile, refuses_the_default_annex_with_promises_that_the_software_cannot_keep) {
  const auto kept = read_folder(sample::default_folder());
  ASSERT_TRUE(kept);
  for (const auto& [promised, other] :
       {std::pair("\"TLS 1.3\"", "\"TLS 1.9 quantum\""), std::pair("\"SHA-256\"", "\"Argon2id\""),
        std::pair("\"0600\"", "\"0000\""), std::pair("value = 12", "value = 4"),
        std::pair("value = 12", "value = 31"), std::pair("value = \"365d\"", "value = \"250ms\"")}) {
    std::vector<SourceFile> files = *kept;
    for (SourceFile& file : files)
      if (file.name == "encryption.toml" || file.name == "access.toml")
        file.content = base::replace_all(file.content, promised, other);
    EXPECT_THAT(findings(files, sample::built()), ElementsAre(HasSubstr("can't keep"))) << other;
  }
}

TEST(AnnexFile, refuses_the_absence_of_a_promise_that_a_control_reads) {
  EXPECT_THAT(
      section("retention = {", "keep = {"),
      testing::Contains("availability.toml:5: availability.backup lacks the promise retention, which the "
                        "control portal.test reads"));
  EXPECT_THAT(
      section("availability.backup", "availability.copy"),
      testing::Contains(HasSubstr("document.toml:0: availability.backup lacks the promise retention")));
}

TEST(AnnexFile, refuses_a_paragraph_without_its_twin) {
  EXPECT_THAT(
      section("en = \"Deleted after {retention}.\"\n", ""),
      ElementsAre(
          "availability.toml:12: the paragraph retention of availability.backup has no English text"));
  EXPECT_THAT(
      section("\"Deleted after {retention}.\"", "\" \""),
      ElementsAre(
          "availability.toml:15: the paragraph retention of availability.backup has no English text"));
  EXPECT_THAT(section("de = \"Nach {retention:dative} gelöscht.\"\n", ""),
              ElementsAre(HasSubstr("has no German text")));
  EXPECT_THAT(section(", en = \"Backup\"", ""),
              ElementsAre(HasSubstr("title of availability.backup has no English")));
}

TEST(AnnexFile, refuses_twins_that_promise_different_things) {
  EXPECT_THAT(
      section("There are {copies} copies", "There are copies"),
      ElementsAre("availability.toml:23: the twins of availability.backup/copies promise different things: "
                  "de has {copies}, en has none"));
}

TEST(AnnexFile, refuses_twins_with_different_numbers) {
  EXPECT_THAT(
      section("copies (Art. 32)", "copies (Art. 33)"),
      ElementsAre("availability.toml:23: the twins of availability.backup/copies contain different numbers"));
}

TEST(AnnexFile, refuses_an_unknown_control_or_probe) {
  EXPECT_THAT(section("\"portal.test\"", "\"portal.tset\""),
              ElementsAre("availability.toml:17: availability.backup/retention names the unknown control "
                          "\"portal.tset\""));
  EXPECT_THAT(section("\"backup.test\"", "\"backup.tset\""),
              ElementsAre("availability.toml:18: availability.backup/retention names the unknown probe "
                          "\"backup.tset\""));
  EXPECT_THAT(section("\"backup.test\"", "\"backup.test\", \"backup.test\""),
              ElementsAre(HasSubstr("twice")));
}

TEST(AnnexFile, refuses_a_probe_that_proves_another_paragraph_and_says_which) {
  const std::string probed = "proof = \"probed\"\ncontrols = []\nprobes = [\"backup.test\"]";
  const Loaded loaded =
      parse(sample::with("availability.toml", "proof = \"attested\"\ncontrols = []\nprobes = []", probed),
            sample::vocabulary());
  ASSERT_EQ(loaded.findings.size(), 1U) << format(loaded.findings);
  EXPECT_EQ(loaded.findings[0].line, 26);
  EXPECT_EQ(loaded.findings[0].what, "the probe backup.test proves nothing of availability.backup/copies");
  EXPECT_THAT(loaded.findings[0].mend, HasSubstr("it stands for retention of availability.backup alone"));
  Vocabulary elsewhere = sample::vocabulary();
  elsewhere.probes = {{"backup.test", "availability.recovery", {"retention"}}};
  EXPECT_THAT(findings(sample::files(), elsewhere),
              ElementsAre("availability.toml:18: the probe backup.test proves nothing of "
                          "availability.backup/retention"));
}

TEST(AnnexFile, refuses_a_probed_sentence_that_calls_itself_enforced_without_a_control) {
  EXPECT_THAT(section("controls = [\"portal.test\"]", "controls = []"),
              ElementsAre("availability.toml:16: availability.backup/retention is probed, but no control of "
                          "it enforces anything"));
}

TEST(AnnexFile, refuses_duplicate_ids) {
  EXPECT_THAT(
      section("id = \"copies\"", "id = \"retention\""),
      ElementsAre(HasSubstr("availability.toml:21: the paragraph retention of availability.backup is there "
                            "twice")));
  EXPECT_THAT(section("copies = {", "retention = {"), ElementsAre(HasSubstr("availability.toml:10: TOML: ")));
  EXPECT_THAT(document("[\"availability\"]", "[\"availability\", \"availability\"]"),
              ElementsAre("document.toml:10: the section availability is listed twice"));
  std::vector<SourceFile> files = sample::files();
  const std::string copy = files[1].content.substr(files[1].content.find("[[measure]]"));
  files[1].content += copy;
  EXPECT_THAT(findings(files),
              ElementsAre("availability.toml:28: the measure availability.backup is there twice"));
}

TEST(AnnexFile, refuses_ids_that_are_no_names) {
  EXPECT_THAT(section("id = \"copies\"", "id = \"Copies!\""),
              ElementsAre(HasSubstr("the paragraph's id is no name")));
  EXPECT_THAT(section("copies = {", "\"Co pies\" = {"), testing::Contains(HasSubstr("has no proper name")));
  EXPECT_THAT(section("\"availability.backup\"", "\"backup\""),
              testing::Contains(HasSubstr("doesn't fit the section")));
  EXPECT_THAT(section("\"availability.backup\"", "\"encryption.backup\""),
              testing::Contains(HasSubstr("doesn't fit the section")));
}

TEST(AnnexFile, refuses_unknown_keys_and_guesses_what_was_meant) {
  const Loaded loaded =
      parse(sample::with("availability.toml", "controls = []", "contrls = []"), sample::vocabulary());
  ASSERT_EQ(loaded.findings.size(), 2U);
  EXPECT_EQ(loaded.findings[0].what, "the paragraph copies of availability.backup lacks controls");
  EXPECT_EQ(loaded.findings[1].line, 25);
  EXPECT_EQ(loaded.findings[1].what,
            "the paragraph copies of availability.backup doesn't know the key contrls");
  EXPECT_THAT(loaded.findings[1].mend, testing::StartsWith("did you mean controls? "));
  EXPECT_THAT(document("[company]", "[extra]\n[company]"),
              ElementsAre(HasSubstr("document.toml doesn't know")));
  EXPECT_THAT(section("[section]", "extra = 1\n[section]"),
              ElementsAre(HasSubstr("availability.toml doesn't know")));
}

TEST(AnnexFile, refuses_a_version_that_is_not_semantic) {
  for (const char* version : {"1.0", "v1.0.0", "01.0.0", "1.0.0-"})
    EXPECT_THAT(document("\"1.0.0\"", fmt::format("\"{}\"", version)),
                ElementsAre("document.toml:4: version is no semantic version"))
        << version;
}

TEST(AnnexFile, refuses_bad_dates) {
  EXPECT_THAT(document("2026-11-23", "2026-02-30"), ElementsAre(HasSubstr("document.toml:5: TOML: ")));
  EXPECT_THAT(document("2026-11-23", "\"2026-11-23\""),
              ElementsAre("document.toml:5: as_of of [document] is a text in quotes"));
  EXPECT_THAT(document("2026-12-07", "2026-11-22"),
              ElementsAre("document.toml:6: the document binds before the day it is dated"));
}

TEST(AnnexFile, refuses_a_binding_language_that_the_document_lacks) {
  EXPECT_THAT(document("binding = \"de\"", "binding = \"fr\""),
              ElementsAre("document.toml:7: binding names no language of this document"));
}

TEST(AnnexFile, refuses_an_unknown_kind_of_proof) {
  EXPECT_THAT(section("\"attested\"", "\"certain\""),
              ElementsAre("availability.toml:24: proof of availability.backup/copies is no kind of proof"));
}

TEST(AnnexFile, refuses_contacts_that_reach_nobody) {
  EXPECT_THAT(document("security@example.com", "security"),
              ElementsAre(HasSubstr("document.toml:26: email of")));
  EXPECT_THAT(document("https://example.com", "http://example.com"),
              ElementsAre(HasSubstr("document.toml:18: ")));
}

TEST(AnnexFile, refuses_a_listed_section_without_its_file) {
  EXPECT_THAT(document("[\"availability\"]", "[\"availability\", \"people\"]"),
              ElementsAre("document.toml:10: the section people has no file"));
}

TEST(AnnexFile, refuses_a_file_that_no_list_names) {
  std::vector<SourceFile> files = sample::files();
  files.push_back({"people.toml", "[section]\n"});
  EXPECT_THAT(findings(files), ElementsAre("people.toml:0: the file is no section of the annex"));
}

TEST(AnnexFile, refuses_an_annex_without_its_document) {
  EXPECT_THAT(findings({sample::files()[1]}), ElementsAre("document.toml:0: the annex has no document.toml"));
}

TEST(AnnexFile, refuses_what_is_not_utf8) {
  EXPECT_THAT(section("copies (Art. 32)", "copies (\xff)"),
              ElementsAre("availability.toml:23: the text is not UTF-8"));
}

TEST(AnnexFile, refuses_broken_syntax_with_its_line) {
  EXPECT_THAT(section("[measure.promise]", "[measure.promise"),
              ElementsAre(HasSubstr("availability.toml:8: TOML: ")));
}

TEST(AnnexFile, refuses_over_long_texts_and_files) {
  EXPECT_THAT(
      section("Nach", std::string(4000, 'x')),
      ElementsAre(
          "availability.toml:14: de of the paragraph retention of availability.backup has 4030 octets"));
  std::vector<SourceFile> files = sample::files();
  files[1].content += std::string(base::limits::annex_file_octets, '\n');
  EXPECT_THAT(findings(files), ElementsAre("availability.toml:0: the file is too large"));
}

TEST(AnnexFile, refuses_characters_that_are_not_to_be_seen) {
  for (const char* escape : {"\\u0007", "\\n", "\\u202E", "\\uFEFF", "\\u0085", "\\u2066"})
    EXPECT_THAT(section("Es gibt", fmt::format("Es {} gibt", escape)),
                ElementsAre(HasSubstr(
                    "availability.toml:22: de of the paragraph copies of availability.backup contains "
                    "the character U+")))
        << escape;
}

TEST(AnnexFile, shows_all_findings_at_once_in_the_order_of_lines) {
  std::vector<SourceFile> files = sample::with("availability.toml", "\"attested\"", "\"certain\"");
  files[0].content = sample::with("document.toml", "\"de\"", "\"fr\"")[0].content;
  EXPECT_THAT(findings(files),
              ElementsAre(HasSubstr("document.toml:7:"), HasSubstr("availability.toml:24:")));
}

TEST(AnnexFile, loads_a_folder_or_says_file_line_and_mend) {
  const base::ScratchFolder scratch;
  for (const SourceFile& file : sample::files())
    ASSERT_TRUE(base::replace_file(scratch.path() / file.name, base::as_bytes(file.content)));
  ASSERT_TRUE(base::replace_file(scratch.path() / "notes.txt", base::as_bytes("not read")));
  EXPECT_TRUE(load(scratch.path(), sample::vocabulary()));
  ASSERT_TRUE(base::replace_file(scratch.path() / "people.toml", base::as_bytes("[section]\n")));
  const auto refused = load(scratch.path(), sample::vocabulary());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::configuration);
  EXPECT_THAT(refused.error().what,
              HasSubstr("people.toml: the file is no section of the annex (add \"people\""));
  EXPECT_FALSE(load(scratch.path() / "missing", sample::vocabulary()));
}

TEST(AnnexFile, survives_any_cut_and_any_changed_octet) {
  const std::vector<SourceFile> whole = sample::files();
  rc::check([&] {
    std::vector<SourceFile> files = whole;
    std::string& content = files[*rc::gen::inRange<std::size_t>(0, 2)].content;
    const auto at = *rc::gen::inRange<std::size_t>(0, content.size());
    if (*rc::gen::arbitrary<bool>())
      content.resize(at);
    else
      content[at] = *rc::gen::arbitrary<char>();
    const Loaded loaded = parse(files, sample::vocabulary());
    for (const Finding& finding : loaded.findings)
      RC_ASSERT(!finding.what.empty() && !finding.mend.empty());
    if (loaded.findings.empty())
      for (const model::Measure* measure : loaded.annex.measures())
        for (const model::Paragraph& paragraph : measure->paragraphs)
          for (const model::Language language : model::languages)
            RC_ASSERT(!fill(*measure, paragraph, language).empty());
  });
}

}  // namespace
}  // namespace art32::annex
