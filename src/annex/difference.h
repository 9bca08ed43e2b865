// What changed between two annexes, measure by measure and paragraph by
// paragraph, with the changed words marked. Pure.
#pragma once

#include <string>
#include <vector>

#include "model/annex.h"

namespace art32::annex {

enum class Change { added, removed, changed };

// A run of words that is common, only in the old, or only in the new text.
struct WordRun {
  enum class Kind { common, removed, added } kind = Kind::common;
  std::string text;
};

struct Difference {
  Change change = Change::changed;
  std::string measure;    // id; empty for the document's own data
  std::string paragraph;  // id; empty for title or promise
  std::string subject;    // "text", "title", "promise retention", "proof" ...
  std::vector<WordRun> german;
  std::vector<WordRun> english;
};

std::vector<Difference> compare(const model::Annex& before, const model::Annex& after);

// What `subject` and `change` are called: "Zusage retention", "geändert".
std::string subject_name(const Difference& difference, model::Language language);
std::string change_name(const Difference& difference, model::Language language);

// For a terminal: removed words as [-these-], added ones as {+these+}, or in colours.
std::string to_text(const std::vector<Difference>& differences, model::Language language, bool colour);
std::string to_json(const std::vector<Difference>& differences);

}  // namespace art32::annex
