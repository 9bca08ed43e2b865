// Pieces that several pages share: titles, lists of terms, tables, links with an
// arrow, blocks to copy. Each writes markup that the style sheet knows and that
// axe-core has nothing to say about. Pure; any thread.
#pragma once

#include "portal/html.h"
#include "portal/layout.h"

namespace art32::portal {

// A word row in capitals above a title, the title itself, and a lead (may be empty).
Html page_title(const Html& kicker, const Html& title, const Html& lead);

// <dl> of terms and descriptions.
struct Term {
  std::string term;
  Html description;
};
Html terms(const std::vector<Term>& rows, std::string_view classes);

// A table that scrolls by itself when it is wider than the page. The first cell of
// a row is its heading; on small screens each cell says its column's heading.
using Row = std::vector<Html>;
Html table(const std::string& caption, const std::vector<std::string>& headings,
           const std::vector<Row>& rows);

// A link with an arrow.
Html onward(std::string_view target, const std::string& text);
Html download(std::string_view target, const std::string& text);
// Lines to copy: a scrolling, focusable block.
Html listing(const std::string& label, std::string_view text);

// What stands beside a paragraph: its state, the kind of proof, the age and the
// evidence. `number` is the paragraph's, for who can't see where it stands.
Html margin(const View& view, const audit::ParagraphStanding& standing, const std::string& number,
            model::Language language);
// "Nachweisart: erzwungen", or what is missing for that.
std::string proof_line(const audit::ParagraphStanding& standing, model::Language language);

// "Nachweis 12", or that there is none.
Html evidence_of(const std::optional<model::LeafIndex>& leaf, model::Language language);

}  // namespace art32::portal
