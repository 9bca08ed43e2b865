#include <fmt/core.h>

#include "annex/phrases.h"
#include "annex/render.h"

namespace art32::annex {
namespace {

using model::Language;

// CommonMark 2.4: any ASCII punctuation may stand behind a backslash.
std::string escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|~#&$").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string row(std::string_view name, std::string_view value) {
  return fmt::format("| {} | {} |\n", name, escape(value));
}

std::string contact(const model::Contact& contact) {
  return contact.name + ", " + contact.email + (contact.phone.empty() ? "" : ", " + contact.phone);
}

std::string head(const model::Document& document, Language language, std::string_view pages) {
  const Phrases& words = phrases(language);
  std::string text = fmt::format("# {}\n\n{}\n\n", escape(document.title.in(language)),
                                 escape(document.subtitle.in(language)));
  const model::Company& company = document.company;
  text += fmt::format("| | |\n| --- | --- |\n");
  text += row(words.version, document.version);
  text += row(words.as_of, format_date(document.as_of, language));
  text += row(words.effective, format_date(document.effective, language));
  text += row(words.binding_language, language_name(document.binding, language));
  text +=
      row(words.provider, fmt::format("{}, {}, {} {}, {}, {}", company.name, company.street, company.postcode,
                                      company.city, company.country.in(language), company.website));
  text += row(words.data_protection, contact(document.data_protection));
  text += row(words.security, contact(document.security));
  text += fmt::format("\n> {}\n>\n> {}{}\n\n## {}\n\n{}\n", escape(document.translation_notice.in(language)),
                      words.state_note, pages.empty() ? "." : fmt::format(": <{}/{}/>", pages, tag(language)),
                      words.preamble, escape(document.preamble.in(language)));
  return text;
}

std::string measure(const model::Measure& measure, std::size_t section, std::size_t number, Language language,
                    std::string_view pages) {
  std::string text =
      fmt::format("\n### {}.{} {} (`{}`)\n", section, number, escape(measure.title.in(language)), measure.id);
  if (!pages.empty())
    text += fmt::format("\n{}: <{}>\n", phrases(language).state_now, measure_page(pages, measure, language));
  for (std::size_t i = 0; i < measure.paragraphs.size(); ++i) {
    const model::Paragraph& paragraph = measure.paragraphs[i];
    const Phrases& words = phrases(language);
    const std::string proof =
        has_proof(paragraph)
            ? fmt::format("{} ({})", name(paragraph.proof, language), proof_sources(paragraph))
            : fmt::format("{} {}", words.unproven, intended_phrase(paragraph, language));
    text += fmt::format("\n**({})** {}  \n*{}: {}*\n", i + 1, escape(fill(measure, paragraph, language)),
                        words.proof, escape(proof));
  }
  return text;
}

}  // namespace

std::string to_markdown(const model::Annex& annex, Language language, std::string_view pages) {
  std::string text = head(annex.document, language, pages);
  for (std::size_t i = 0; i < annex.sections.size(); ++i) {
    const model::Section& section = annex.sections[i];
    text += fmt::format("\n## {} {}\n", i + 1, escape(section.title.in(language)));
    if (!section.introduction.in(language).empty())
      text += fmt::format("\n{}\n", escape(section.introduction.in(language)));
    for (std::size_t j = 0; j < section.measures.size(); ++j)
      text += measure(section.measures[j], i + 1, j + 1, language, pages);
  }
  return text;
}

}  // namespace art32::annex
