#include "annex/phrases.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.h"

namespace art32::annex {
namespace {

using model::Language;

constexpr Phrases german{.version = "Version",
                         .as_of = "Stand",
                         .effective = "Gültig ab",
                         .language = "Sprache",
                         .binding_language = "Verbindlich",
                         .provider = "Anbieter",
                         .data_protection = "Datenschutz",
                         .security = "Informationssicherheit",
                         .preamble = "Vorbemerkung",
                         .contents = "Inhalt",
                         .proof = "Nachweis",
                         .unproven = "noch keiner",
                         .intended = "vorgesehen",
                         .page = "Seite",
                         .page_of = "von"};
constexpr Phrases english{.version = "Version",
                          .as_of = "As of",
                          .effective = "Effective from",
                          .language = "Language",
                          .binding_language = "Binding",
                          .provider = "Provider",
                          .data_protection = "Data protection",
                          .security = "Information security",
                          .preamble = "Preamble",
                          .contents = "Contents",
                          .proof = "Proof",
                          .unproven = "none yet",
                          .intended = "intended",
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

std::string proof_sources(const model::Paragraph& paragraph) {
  std::vector<std::string> all = paragraph.controls;
  for (const std::string& probe : paragraph.probes)
    if (std::find(all.begin(), all.end(), probe) == all.end()) all.push_back(probe);
  return base::join(all, ", ");
}

}  // namespace art32::annex
