// annex.pairing: the published annex says the same in both languages, paragraph
// by paragraph, and nothing but what the annex's files say.

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "audit/observe.h"
#include "audit/probes/fetch.h"
#include "audit/probes/probes.h"
#include "audit/probes/sentences.h"
#include "base/text.h"

namespace art32::audit {
namespace {

using model::Language;

struct Page {
  Language language;
  std::string path;
  std::vector<Sentence> sentences;
};

// A list of paragraphs short enough for a person.
std::string some(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::vector<std::string> first(names.begin(),
                                 names.begin() + static_cast<std::ptrdiff_t>(std::min(shown, names.size())));
  std::string text = base::join(first, ", ");
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

base::Result<Page> fetch(const ProbeContext& context, Language language) {
  Page page{language, fmt::format("/{}/annex", model::tag(language)), {}};
  ART32_ASSIGN(const std::string html, get_body(context, page.path));
  page.sentences = extract_sentences(html);
  return page;
}

std::map<std::string, std::string> by_paragraph(const Page& page) {
  std::map<std::string, std::string> texts;
  for (const Sentence& sentence : page.sentences)
    texts.emplace(sentence.paragraph, sentence.text);
  return texts;
}

// One paragraph that both pages have, with different words: the pages are read
// rightly, and they aren't one page twice.
void prove_pages_are_read(const Page& german, const Page& english, Observations& observations) {
  const auto texts = by_paragraph(english);
  const auto known = std::ranges::find_if(german.sentences, [&texts](const Sentence& sentence) {
    const auto twin = texts.find(sentence.paragraph);
    return twin != texts.end() && !sentence.text.empty() && !twin->second.empty() &&
           twin->second != sentence.text;
  });
  const bool found = known != german.sentences.end();
  observations.control(german.path + ", " + english.path,
                       {"Ein Absatz steht in beiden Sprachen da, mit verschiedenem Wortlaut",
                        "A paragraph stands there in both languages, worded differently"},
                       worked_if(found), found ? known->paragraph : "none found");
}

void attack_pairs(const Page& german, const Page& english, Observations& observations) {
  std::vector<std::string> alone;
  for (const auto& [page, other] : {std::pair(&german, &english), std::pair(&english, &german)}) {
    const auto texts = by_paragraph(*other);
    for (const Sentence& sentence : page->sentences)
      if (!texts.contains(sentence.paragraph)) alone.push_back(sentence.paragraph);
  }
  observations.attack(
      german.path + ", " + english.path,
      {"Ein Absatz steht nur in einer Sprache da", "A paragraph stands there in one language only"},
      worked_if(!alone.empty()),
      alone.empty() ? fmt::format("{} paragraphs, all paired", german.sentences.size())
                    : "without a twin: " + some(alone));
  const bool same_order =
      std::ranges::equal(german.sentences, english.sentences, {}, &Sentence::paragraph, &Sentence::paragraph);
  observations.attack(german.path + ", " + english.path,
                      {"Die Sprachen nennen die Absätze in verschiedener Reihenfolge",
                       "The languages give the paragraphs in a different order"},
                      worked_if(!same_order), same_order ? "the same order" : "orders differ");
}

void attack_texts(const model::Annex& annex, const Page& page, Observations& observations) {
  std::map<std::string, std::string> expected;
  for (const model::Measure* measure : annex.measures())
    for (const model::Paragraph& paragraph : measure->paragraphs)
      expected[measure->id + "/" + paragraph.id] =
          collapse_spaces(model::fill(*measure, paragraph, page.language));
  std::vector<std::string> wrong;
  std::vector<std::string> twice;
  std::map<std::string, int> seen;
  for (const Sentence& sentence : page.sentences) {
    const auto meant = expected.find(sentence.paragraph);
    if (sentence.text.empty() || meant == expected.end() || meant->second != sentence.text)
      wrong.push_back(sentence.paragraph);
    if (++seen[sentence.paragraph] == 2) twice.push_back(sentence.paragraph);
  }
  observations.attack(
      page.path,
      {"Ein Absatz lautet anders als in der Anlage", "A paragraph differs from the annex's wording"},
      worked_if(!wrong.empty()),
      wrong.empty() ? fmt::format("{} paragraphs as promised", page.sentences.size())
                    : "different: " + some(wrong));
  observations.attack(page.path, {"Ein Absatz steht doppelt da", "A paragraph stands there twice"},
                      worked_if(!twice.empty()), twice.empty() ? "each once" : "twice: " + some(twice));
}

base::Result<std::vector<std::string>> paragraphs_on_disk(const base::Path& folder) {
  std::vector<std::string> all;
  std::error_code trouble;
  std::vector<base::Path> files;
  for (std::filesystem::directory_iterator entry(folder, trouble), end; !trouble && entry != end;
       entry.increment(trouble))
    if (entry->path().extension() == ".toml") files.push_back(entry->path());
  if (trouble) return base::system_failure("the annex folder can't be read", trouble.value());
  for (const base::Path& file : files) {
    ART32_ASSIGN(const std::string toml, base::read_text_file(file));
    const auto more = paragraphs_of_file(toml);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

void attack_completeness(const Target& target, const Page& page, Observations& observations) {
  const model::Text tried{"Ein Absatz aus den Dateien der Anlage fehlt auf der Seite",
                          "A paragraph of the annex's files is missing on the page"};
  const auto on_disk = paragraphs_on_disk(target.annex_folder);
  if (!on_disk || on_disk->empty()) {
    observations.attack(page.path, tried, Outcome::undecided,
                        on_disk ? "no paragraph found in the files" : on_disk.error().message());
    return;
  }
  const auto texts = by_paragraph(page);
  std::vector<std::string> missing;
  for (const std::string& paragraph : *on_disk)
    if (!texts.contains(paragraph)) missing.push_back(paragraph);
  observations.attack(
      page.path, tried, worked_if(!missing.empty()),
      missing.empty() ? fmt::format("all {} are there", on_disk->size()) : "missing: " + some(missing));
}

}  // namespace

std::vector<model::Observation> probe_annex_pairing(const ProbeContext& context) {
  Observations observations;
  const auto german = fetch(context, Language::german);
  const auto english = fetch(context, Language::english);
  if (!german || !english) {
    observations.control(
        "annex", {"Die Anlage ist in beiden Sprachen abrufbar", "The annex is served in both languages"},
        Outcome::refused, (german ? english : german).error().message());
    return observations.take();
  }
  prove_pages_are_read(*german, *english, observations);
  attack_pairs(*german, *english, observations);
  for (const Page* page : {&*german, &*english}) {
    attack_texts(context.target.annex, *page, observations);
    attack_completeness(context.target, *page, observations);
  }
  return observations.take();
}

}  // namespace art32::audit
