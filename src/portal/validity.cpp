#include "portal/validity.h"

#include "portal/layout.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

Phrase word_of(annex::VersionState state) {
  switch (state) {
    case annex::VersionState::announced:
      return phrases::not_yet_in_force;
    case annex::VersionState::in_force:
      return phrases::in_force;
    case annex::VersionState::superseded:
      break;
  }
  return phrases::superseded;
}

}  // namespace

Html effective_of(const View& view, const annex::Version& version, model::Language language) {
  Html cell = day_of(version.effective, language);
  for (std::size_t index = 0; index < view.versions.size(); ++index)
    if (view.versions[index].version == version.version)
      cell.add(tag::span(class_("aside"), say(word_of(view.version_states[index]), language)));
  return cell;
}

Html applies_today(const View& view, model::Language language) {
  if (view.announced() == nullptr) return {};
  const annex::Version* today = view.in_force();
  if (today == nullptr) return say(phrases::none_in_force, language);
  return tag::a(href(address(language, "versions/" + today->version)),
                say(phrases::applies_today, language, {today->version}));
}

}  // namespace art32::portal
