// How a stranger verifies what this site says, with tools that aren't ours.
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"

namespace art32::portal::pages {

namespace {

Html step(std::size_t number, const Phrase& title, const Phrase& note, model::Language language,
          const Html& content) {
  return tag::li(tag::h2(tag::span(class_("label"), std::to_string(number)), " ", say(title, language)),
                 tag::p(say(note, language)), content);
}

std::optional<model::LeafIndex> newest_evidence(const View& view) {
  for (const audit::AuditRun& run : view.audits)
    for (const audit::ProbeRun& probe : run.probes)
      if (probe.evidence) return probe.evidence;
  if (!view.versions.empty()) return view.versions.front().evidence;
  return std::nullopt;
}

std::string recompute_commands(const std::string& base) {
  return "# Debian: apt install golang-go golang-golang-x-mod-dev\n"
         "curl -fsSO " +
         base +
         "/verify.go\n"
         "GO111MODULE=off GOPATH=/usr/share/gocode \\\n"
         "  go run verify.go \"$(cat ledger.key)\" < evidence.json";
}

Html addresses(model::Language language) {
  const auto line = [&](const std::string& path, const Phrase& content) {
    return Row({tag::code(path), say(content, language)});
  };
  return table(say(phrases::tile_addresses, language),
               {say(phrases::address, language), say(phrases::content, language)},
               {line("/ledger/key", phrases::tile_key), line("/ledger/checkpoint", phrases::tile_checkpoint),
                line("/ledger/tile/<L>/<N>[.p/<W>]", phrases::tile_hashes),
                line("/ledger/tile/entries/<N>[.p/<W>]", phrases::tile_entries)});
}

}  // namespace

std::string verify(const View& view, model::Language language) {
  PageHead head;
  head.language = language;
  head.slug = "verify";
  head.title = say(phrases::verify_title, language);
  head.description = say(phrases::verify_lead, language);
  head.area = Area::verify;
  const std::string& base = view.facts.base_url;
  const auto leaf = newest_evidence(view);
  const std::string number = std::to_string(leaf ? leaf->value : 0);
  const auto shown = [&](const Phrase& label, const std::string& text) {
    return listing(say(label, language), text);
  };
  Html example =
      shown(phrases::step_proof, "curl -fsS " + base + "/evidence/" + number + ".json > evidence.json");
  if (leaf)
    example.add(tag::p(
        say(phrases::example_leaf_note, language), " ",
        tag::a(href(evidence_address(language, *leaf)), say(phrases::evidence_link, language, {number}))));
  const std::string commitment =
      "commitment = HMAC-SHA-256(opening, \"art32-commitment/v1\\n\" kind \"\\n\" time \"\\n\" record)\n"
      "entry      = \"art32-entry/v1\" SP kind SP time SP base64(commitment)";
  return page(
      view, head,
      together(
          page_title(say(phrases::kicker, language), head.title, head.description),
          tag::ol(class_("steps"),
                  step(1, phrases::step_key, phrases::step_key_note, language,
                       together(shown(phrases::ledger_key, view.verifier_key),
                                shown(phrases::step_key, "curl -fsS " + base + "/ledger/key > ledger.key"),
                                tag::p(class_("aside"), say(phrases::own_authority, language)))),
                  step(2, phrases::step_checkpoint, phrases::step_checkpoint_note, language,
                       shown(phrases::step_checkpoint, "curl -fsS " + base + "/ledger/checkpoint")),
                  step(3, phrases::step_proof, phrases::step_proof_note, language, example),
                  step(4, phrases::step_recompute, phrases::step_recompute_note, language,
                       together(shown(phrases::step_recompute, recompute_commands(base)),
                                tag::details(tag::summary("verify.go"),
                                             listing("verify.go", *view.assets->asset("verify.go").body)))),
                  step(5, phrases::step_commitment, phrases::step_commitment_note, language,
                       shown(phrases::step_commitment, commitment)),
                  step(6, phrases::step_all, phrases::step_all_note, language, addresses(language))),
          tag::section(class_("notice"), tag::h2(say(phrases::what_public, language)),
                       tag::p(say(phrases::what_public_note, language)))));
}

}  // namespace art32::portal::pages
