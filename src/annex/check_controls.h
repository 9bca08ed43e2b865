// Holds promises against the controls that keep them: what a control reads is
// there, of its type and of a value that it can keep; and what a paragraph that
// names controls promises, one of them reads.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "annex/check_placeholders.h"
#include "model/annex.h"
#include "model/control.h"

namespace art32::annex {

// Within one measure. Paragraphs that name an unknown control have their finding
// already and are passed over.
void check_keepers(const std::string& measure, const std::vector<LinedParagraph>& paragraphs,
                   std::span<const model::Control> controls, const Places& places, Report& report);

// Over the whole annex. A promise with a place but no value has its finding already.
void check_reads(const model::Annex& annex, std::span<const model::Control> controls, const Places& places,
                 std::vector<Finding>& findings);

}  // namespace art32::annex
