// The pages. Each is a pure function of a View and a language, in a file of its
// own below pages/. Pages made on request get what they show as a further argument.
#pragma once

#include <string>

#include "annex/difference.h"
#include "portal/layout.h"
#include "portal/phrases.h"
#include "portal/view.h"

namespace art32::portal::pages {

std::string trust(const View& view, model::Language language);
std::string annex(const View& view, model::Language language);
std::string parallel(const View& view, model::Language language);  // both languages side by side
std::string measure(const View& view, const Place& place, model::Language language);
std::string pins(const View& view, model::Language language);
std::string verify(const View& view, model::Language language);
std::string versions(const View& view, model::Language language);

// `older` where there are audits before the last of these; `newest` where these are the newest.
struct AuditList {
  std::vector<audit::AuditRun> runs;
  bool is_newest = true;
};
std::string audits(const View& view, const AuditList& list, model::Language language);
std::string audit_run(const View& view, const audit::AuditRun& run, model::Language language);

std::string version(const View& view, const art32::annex::Version& version, const model::Annex& text,
                    model::Language language);
std::string difference(const View& view, const art32::annex::Version& before,
                       const art32::annex::Version& after,
                       const std::vector<art32::annex::Difference>& differences, model::Language language);

struct EvidencePage {
  ledger::Disclosure disclosure;
  std::string proof;  // empty: not under a checkpoint yet
  std::uint64_t tree_size = 0;
};
std::string evidence(const View& view, const EvidencePage& evidence, model::Language language);

// An error in the frame of the site, in the status's usual words or in others.
struct ErrorWords {
  Phrase title;
  Phrase hint;
};
ErrorWords words_of(int status);
std::string error(const View& view, int status, model::Language language, const ErrorWords& words);
// An error without a View, in both languages: the server's own answers.
std::string bare_error(const Assets& assets, int status);

}  // namespace art32::portal::pages
