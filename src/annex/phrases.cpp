#include "annex/phrases.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace art32::annex {
namespace {

using model::Language;

constexpr Phrases german{.version = "Fassung",
                         .as_of = "Stand",
                         .effective = "Gilt ab",
                         .language = "Sprache",
                         .binding_language = "Verbindliche Sprache",
                         .provider = "Auftragsverarbeiter",
                         .data_protection = "Kontakt Datenschutz",
                         .security = "Kontakt Sicherheit",
                         .preamble = "Vorbemerkung",
                         .contents = "Inhalt",
                         .proof = "Art des Nachweises",
                         .unproven = "noch kein Nachweis",
                         .intended = "vorgesehen",
                         .state_now = "Aktueller Stand",
                         .state_note =
                             "Dieses Dokument nennt zu jedem Absatz die Art des Nachweises. Ob der "
                             "Absatz zurzeit eingehalten wird, sagt die Seite der Maßnahme",
                         .page = "Seite",
                         .page_of = "von"};
constexpr Phrases english{.version = "Version",
                          .as_of = "As of",
                          .effective = "Effective from",
                          .language = "Language",
                          .binding_language = "Binding language",
                          .provider = "Processor",
                          .data_protection = "Contact for data protection",
                          .security = "Contact for security",
                          .preamble = "Preamble",
                          .contents = "Contents",
                          .proof = "Kind of proof",
                          .unproven = "none yet",
                          .intended = "intended",
                          .state_now = "Current state",
                          .state_note =
                              "For each paragraph, this document names the kind of proof. Whether the "
                              "paragraph is kept at present is said on the measure's page",
                          .page = "Page",
                          .page_of = "of"};

}  // namespace

const Phrases& phrases(Language language) {
  return language == Language::german ? german : english;
}

std::string_view language_name(Language language, Language in) {
  if (in == Language::german) return language == Language::german ? "Deutsch" : "Englisch";
  return language == Language::german ? "German" : "English";
}

bool has_proof(const model::Paragraph& paragraph) {
  return !paragraph.probes.empty();
}

std::string intended_phrase(const model::Paragraph& paragraph, Language language) {
  return fmt::format("({}: {})", phrases(language).intended, name(paragraph.proof, language));
}

std::string measure_page(std::string_view pages, const model::Measure& measure, Language language) {
  return fmt::format("{}/{}/measures/{}", pages, tag(language), measure.id);
}

std::string proof_sources(const model::Paragraph& paragraph) {
  std::vector<std::string> all = paragraph.controls;
  for (const std::string& probe : paragraph.probes)
    if (std::find(all.begin(), all.end(), probe) == all.end()) all.push_back(probe);
  return base::join(all, ", ");
}

}  // namespace art32::annex
