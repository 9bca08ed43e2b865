// The fixed words around an annex's own text, in both languages: "Stand", "as of".
// Used by the Markdown and HTML forms; the portal's pages say the same words.
#pragma once

#include <string>
#include <string_view>

#include "model/annex.h"

namespace art32::annex {

struct Phrases {
  std::string_view version, as_of, effective, language, binding_language, provider, data_protection, security,
      preamble, contents, proof, unproven, intended, state_now, state_note, page, page_of;
};

const Phrases& phrases(model::Language language);

// "Deutsch", "German": the name of one language in another.
std::string_view language_name(model::Language language, model::Language in);

// Whether a probe stands for a paragraph. Until then its kind of proof is only
// what is intended: "noch kein Nachweis (vorgesehen: erzwungen)".
bool has_proof(const model::Paragraph& paragraph);
std::string intended_phrase(const model::Paragraph& paragraph, model::Language language);
// The measure's page below `pages`, where its state of today is shown.
std::string measure_page(std::string_view pages, const model::Measure& measure, model::Language language);
// The controls and probes by name, each once; empty where there are none.
std::string proof_sources(const model::Paragraph& paragraph);

}  // namespace art32::annex
