#include "portal/evidence_pack_page.h"

#include "base/assert.h"
#include "base/embedded_file.h"
#include "portal/parts.h"
#include "portal/phrases_evidence.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

extern const base::EmbeddedFile embedded_files[];
extern const unsigned long embedded_file_count;

namespace {

using model::Language;

std::string embedded(std::string_view name) {
  for (unsigned long i = 0; i < embedded_file_count; ++i)
    if (embedded_files[i].path == name) return std::string(embedded_files[i].content());
  ART32_ASSERT(false && "a file that is not embedded");
  return {};
}

std::string range_text(const EvidencePackFacts& facts, Language language) {
  if (facts.first == facts.end) return say(phrases::pack_nothing, language, {grouped(facts.size, language)});
  return say(
      phrases::pack_range, language,
      {grouped(facts.first, language), grouped(facts.end - 1, language), grouped(facts.size, language)});
}

Html facts_of(const EvidencePackFacts& facts, Language language) {
  return terms({{say(phrases::pack_team, language),
                 facts.team.empty() ? Html(say(phrases::pack_of_no_team, language)) : tag::code(facts.team)},
                {say(phrases::pack_database, language), tag::code(facts.database)},
                {say(phrases::pack_records, language), range_text(facts, language)},
                {say(phrases::pack_sealed, language), time_of(facts.sealed, language)},
                {say(phrases::pack_ledger, language),
                 say(phrases::pack_checkpoint, language,
                     {facts.checkpoint.origin, grouped(facts.checkpoint.size.value, language)})},
                {say(phrases::pack_key, language), tag::code(facts.verifier_key)}},
               "facts");
}

Html part_in(const EvidencePackFacts& facts, Language language) {
  const auto row = [&](const char* file, const Phrase& content) {
    return Row({tag::code(file), say(content, language)});
  };
  constexpr std::string_view go =
      "# Debian: apt install golang-go golang-golang-x-mod-dev\n"
      "GO111MODULE=off GOPATH=/usr/share/gocode \\\n"
      "  go run verify_evidence.go . \"$(cat ledger.key)\"";
  constexpr std::string_view own = "art32 trail check-evidence . --key \"$(cat ledger.key)\"";
  const std::string own_name(phrases::this_language.in(language));
  return tag::article(
      lang(model::tag(language)), Attribute("aria-label", own_name),
      page_title(say(phrases::pack_kicker, language),
                 say(phrases::pack_title, language, {grouped(facts.end - facts.first, language)}),
                 say(phrases::pack_lead, language)),
      facts_of(facts, language),
      tag::section(
          tag::h2(say(phrases::pack_check, language)), tag::p(say(phrases::pack_check_key, language)),
          tag::h3(say(phrases::pack_check_go, language)), listing(say(phrases::pack_check_go, language), go),
          tag::h3(say(phrases::pack_check_own, language)),
          listing(say(phrases::pack_check_own, language), own),
          tag::p(say(phrases::pack_check_source, language))),
      tag::section(tag::h2(say(phrases::pack_shows, language)),
                   tag::p(say(phrases::pack_shows_text, language)),
                   tag::p(say(phrases::pack_shows_not, language))),
      tag::section(tag::h2(say(phrases::pack_files, language)),
                   table(say(phrases::pack_files, language),
                         {say(phrases::pack_file, language), say(phrases::pack_content, language)},
                         {row("records.ndjson", phrases::pack_file_records),
                          row("evidence.json", phrases::pack_file_evidence),
                          row("values.ndjson", phrases::pack_file_values),
                          row("verify_evidence.go", phrases::pack_file_program),
                          row("formats/", phrases::pack_file_formats)})));
}

std::string page_of(const EvidencePackFacts& facts) {
  const auto named = [](std::string_view name, std::string_view content) {
    return tag::meta(Attribute("name", name), Attribute("content", content));
  };
  const std::string title =
      say(phrases::pack_kicker, Language::german) + " · " + say(phrases::pack_kicker, Language::english);
  return document(tag::html(
      lang("de"),
      tag::head(tag::meta(Attribute("charset", "utf-8")), tag::title(title),
                named("viewport", "width=device-width, initial-scale=1"), named("color-scheme", "light dark"),
                tag::link(Attribute("rel", "stylesheet"), Attribute("href", "style.css"))),
      tag::body(tag::main_part(class_("bar pack"), part_in(facts, Language::german), tag::hr(),
                               part_in(facts, Language::english)))));
}

}  // namespace

std::vector<EvidencePackFile> evidence_pack_files(const EvidencePackFacts& facts) {
  return {{"index.html", page_of(facts)},
          {"style.css", embedded("style.css")},
          {"verify_evidence.go", embedded("verify_evidence.go")}};
}

}  // namespace art32::portal
