#include "portal/validity.h"

#include "portal/layout.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal {

namespace {

bool has_begun(const annex::Version& version, base::Instant now) {
  return std::chrono::floor<std::chrono::days>(version.effective) <=
         std::chrono::floor<std::chrono::days>(now);
}

Phrase word_of(Validity validity) {
  switch (validity) {
    case Validity::in_force:
      return phrases::in_force;
    case Validity::not_yet:
      return phrases::not_yet_in_force;
    case Validity::superseded:
      return phrases::superseded;
  }
  return phrases::not_yet_in_force;
}

}  // namespace

Validity validity(const std::vector<annex::Version>& versions, std::size_t index, base::Instant now) {
  for (std::size_t newer = 0; newer < index; ++newer)
    if (has_begun(versions[newer], now)) return Validity::superseded;
  return has_begun(versions[index], now) ? Validity::in_force : Validity::not_yet;
}

const annex::Version* version_in_force(const std::vector<annex::Version>& versions, base::Instant now) {
  for (const annex::Version& version : versions)
    if (has_begun(version, now)) return &version;
  return nullptr;
}

Html effective_of(const View& view, const annex::Version& version, model::Language language) {
  Html cell = day_of(version.effective, language);
  for (std::size_t index = 0; index < view.versions.size(); ++index)
    if (view.versions[index].version == version.version)
      cell.add(tag::span(class_("aside"), say(word_of(validity(view.versions, index, view.now)), language)));
  return cell;
}

Html applies_today(const View& view, model::Language language) {
  if (view.versions.empty() || has_begun(view.versions.front(), view.now)) return {};
  const annex::Version* today = version_in_force(view.versions, view.now);
  if (today == nullptr) return say(phrases::none_in_force, language);
  return tag::a(href(address(language, "versions/" + today->version)),
                say(phrases::applies_today, language, {today->version}));
}

}  // namespace art32::portal
