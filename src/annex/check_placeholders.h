// Holds a measure's texts against its promises: every placeholder has its
// promise, every promise its placeholder, and twins use the same ones and contain
// the same numbers.
#pragma once

#include <string>
#include <vector>

#include "annex/read_section.h"

namespace art32::annex {

// A paragraph with the lines on which its parts stand.
struct LinedParagraph {
  model::Paragraph paragraph;
  int line = 0;
  int german_line = 0;
  int english_line = 0;

  std::string name(const std::string& measure) const { return measure + "/" + paragraph.id; }
};

// A promise counts as known, even if its value was refused, when `places` has it.
void check_placeholders(const std::string& measure, const std::vector<LinedParagraph>& paragraphs,
                        const Places& places, Report& report);

}  // namespace art32::annex
