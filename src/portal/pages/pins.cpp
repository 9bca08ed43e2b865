// The published public keys, for people.
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

std::string role_word(const std::string& role, model::Language language) {
  if (role == "current") return say(phrases::role_current, language);
  if (role == "next") return say(phrases::role_next, language);
  if (role == "backup") return say(phrases::role_backup, language);
  return role;
}

std::string curl_command(const View& view) {
  std::string pins;
  for (const Pin& pin : view.facts.pins) {
    // curl spells a pin "sha256//BASE64".
    const std::size_t slash = pin.pin.find('/');
    pins += (pins.empty() ? "" : ";") + pin.pin.substr(0, slash) + "/" + pin.pin.substr(slash);
  }
  return "curl --pinnedpubkey '" + pins + "' \\\n  " + view.facts.base_url + "/annex.json";
}

}  // namespace

std::string pins(const View& view, model::Language language) {
  PageHead head;
  head.language = language;
  head.slug = "pins";
  head.title = say(phrases::pins_title, language);
  head.description = say(phrases::pins_lead, language);
  head.area = Area::pins;
  std::vector<Row> rows;
  for (const Pin& pin : view.facts.pins)
    rows.push_back(Row({tag::code(pin.pin), role_word(pin.role, language), day_of(pin.published, language)}));
  const Html listed = rows.empty()
                          ? tag::p(class_("notice"), say(phrases::no_pins, language))
                          : together(table(say(phrases::pins_caption, language),
                                           {say(phrases::pin, language), say(phrases::role, language),
                                            say(phrases::published, language)},
                                           rows),
                                     tag::h2(say(phrases::pins_check, language)),
                                     tag::p(say(phrases::pins_check_note, language)),
                                     listing(say(phrases::pins_check, language), curl_command(view)));
  return page(
      view, head,
      together(page_title(say(phrases::kicker, language), head.title, head.description), listed,
               tag::h2(say(phrases::pins_machine, language)),
               tag::p(say(phrases::pins_machine_note, language)),
               tag::p(class_("actions"), download("/.well-known/pins.json", "pins.json"),
                      download("/.well-known/pins.json.note", "pins.json.note")),
               tag::h2(say(phrases::ledger_key, language)), tag::p(say(phrases::ledger_key_note, language)),
               listing(say(phrases::ledger_key, language), view.verifier_key)));
}

}  // namespace art32::portal::pages
