// The annex page's sentences, and the measures of the annex's files, each read
// without the code that wrote or loads them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace art32::audit {

struct Sentence {
  std::string paragraph;  // "encryption.transport/versions"
  std::string text;       // entities resolved, runs of white space made one space
};

// Every <span class="sentence" data-paragraph="ID">text</span>, in order.
std::vector<Sentence> extract_sentences(std::string_view html);

std::string resolve_entities(std::string_view html);
std::string collapse_spaces(std::string_view text);

// "MEASURE/PARAGRAPH" of each [[measure.paragraph]] in an annex file (TOML).
std::vector<std::string> paragraphs_of_file(std::string_view toml);

}  // namespace art32::audit
