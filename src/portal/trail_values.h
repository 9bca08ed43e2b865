// Values of the trail on a page: as they are, or what stands for them; and what became of one. Of a changed
// text the words that changed are marked, where that can be told soon enough.
#pragma once

#include "model/language.h"
#include "portal/html.h"
#include "portal/trail_change.h"

namespace art32::portal {

// Long ones open on demand; the rest of very long ones isn't shown.
Html value_html(const TrailValue& value, model::Language language);

// One page's. Comparing two texts costs the product of their lengths, and others write both: what is
// beyond the budget stands as old and new.
class ValueChanges {
 public:
  explicit ValueChanges(model::Language language) : language_(language) {}
  Html html(const TrailColumn& column);

 private:
  Html words(const TrailColumn& column);
  bool take_from_budget(const TrailColumn& column);

  model::Language language_;
  std::uint64_t left_ = 60'000'000;
};

// At most so many octets, of a text that is cut off; for lists.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace art32::portal
