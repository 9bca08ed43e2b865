// One leaf of the ledger with its record and what proves it.
#include "merkle/tree.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/pretty_json.h"
#include "portal/record_kinds.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

Html about(const EvidencePage& evidence, model::Language language) {
  const ledger::Disclosure& leaf = evidence.disclosure;
  const std::string place = say(phrases::leaf_of, language,
                                {grouped(leaf.index.value, language), grouped(evidence.tree_size, language)});
  return terms({{say(phrases::kind, language), kind_word(leaf.kind, language)},
                {say(phrases::sealed, language), time_of(leaf.time, language)},
                {say(phrases::leaf, language), place}},
               "facts");
}

Html files(const EvidencePage& evidence, model::Language language) {
  const std::string stem = "/evidence/" + std::to_string(evidence.disclosure.index.value);
  return tag::p(class_("actions"), download(stem + ".json", say(phrases::download_all, language)),
                download(stem + ".proof", say(phrases::download_proof, language)),
                download(stem + ".record", say(phrases::download_record, language)));
}

Html proof_part(const EvidencePage& evidence, model::Language language) {
  if (evidence.proof.empty()) return tag::p(class_("notice"), say(phrases::not_yet_integrated, language));
  return together(tag::p(say(phrases::proof_note, language)),
                  listing(say(phrases::proof, language), evidence.proof),
                  tag::p(onward(address(language, "verify"), say(phrases::how_to_verify, language))));
}

}  // namespace

std::string evidence(const View& view, const EvidencePage& evidence, model::Language language) {
  const ledger::Disclosure& leaf = evidence.disclosure;
  const std::string number = std::to_string(leaf.index.value);
  PageHead head;
  head.language = language;
  head.slug = "evidence/" + number;
  head.title = say(phrases::evidence_title, language, {number});
  head.description = say(phrases::evidence_lead, language);
  head.area = Area::verify;
  head.is_indexed = false;
  const std::string record = say(phrases::record, language);
  return page(view, head,
              together(page_title(kind_word(leaf.kind, language), head.title, head.description),
                       about(evidence, language), files(evidence, language), tag::h2(record),
                       listing(record, pretty_json(base::as_text(leaf.record))),
                       tag::h2(say(phrases::entry, language)),
                       listing(say(phrases::entry, language), base::as_text(leaf.entry)),
                       tag::h3(say(phrases::leaf_hash, language)),
                       listing(say(phrases::leaf_hash, language), base::hex(merkle::leaf_hash(leaf.entry))),
                       tag::h3(say(phrases::opening, language)),
                       listing(say(phrases::opening, language), base::base64(leaf.opening)),
                       tag::h2(say(phrases::proof, language)), proof_part(evidence, language)));
}

}  // namespace art32::portal::pages
