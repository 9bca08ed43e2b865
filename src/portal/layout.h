// The frame around every page: head, masthead with navigation and language
// switch, the page's main part, footer.
#pragma once

#include <string>

#include "portal/html.h"
#include "portal/phrases.h"
#include "portal/phrases_tools.h"
#include "portal/view.h"

namespace art32::portal {

enum class Area { none, trust, annex, audits, versions, pins, verify };

struct PageHead {
  model::Language language = model::Language::german;
  std::string slug;  // below the language's folder: "", "annex", "measures/availability.backup"
  std::string title;
  std::string description;
  Area area = Area::none;
  bool is_indexed = true;  // false: robots stay away (errors, single evidence)
};

// "/de/annex" for ("annex", german), "/de/" for the empty slug.
std::string address(model::Language language, std::string_view slug);
std::string measure_address(model::Language language, std::string_view measure);
std::string evidence_address(model::Language language, model::LeafIndex leaf);
std::string audit_address(model::Language language, std::int64_t audit);
model::Language other(model::Language language);

std::string page(const View& view, const PageHead& head, const Html& main);

}  // namespace art32::portal
