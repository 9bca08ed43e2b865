// Every audit that ran.
#include "portal/audit_words.h"
#include "portal/pages.h"
#include "portal/parts.h"
#include "portal/tags.h"
#include "portal/words.h"

namespace art32::portal::pages {

namespace {

Row audit_row(const audit::AuditRun& run, model::Language language) {
  return Row({tag::a(href(audit_address(language, run.id)),
                     say(phrases::audit_number, language, {std::to_string(run.id)})),
              time_of(run.started, language), trigger_word(run.trigger, language), outcome_of(run, language),
              elapsed(run.took, language)});
}

Html audit_pager(const AuditList& list, model::Language language) {
  Html links;
  if (!list.is_newest)
    links.add(onward(address(language, "security-audits"), say(phrases::newest_audits, language)));
  if (!list.runs.empty() && list.runs.size() == audits_a_page && list.runs.back().id > 1)
    links.add(onward(address(language, "security-audits?before=" + std::to_string(list.runs.back().id)),
                     say(phrases::older_audits, language)));
  return links.empty() ? Html() : tag::p(class_("actions"), links);
}

}  // namespace

std::string audits(const View& view, const AuditList& list, model::Language language) {
  PageHead head;
  head.language = language;
  head.slug = "security-audits";
  head.title = say(phrases::audits_title, language);
  head.description = say(phrases::audits_lead, language);
  head.area = Area::audits;
  head.is_indexed = list.is_newest;
  std::vector<Row> rows;
  for (const audit::AuditRun& run : list.runs)
    rows.push_back(audit_row(run, language));
  const Html listed = rows.empty() ? tag::p(class_("notice"), say(phrases::no_audit, language))
                                   : table(say(phrases::audits_caption, language),
                                           {say(phrases::audit, language), say(phrases::finished, language),
                                            say(phrases::trigger, language), say(phrases::result, language),
                                            say(phrases::took, language)},
                                           rows);
  return page(view, head,
              together(page_title(say(phrases::kicker, language), say(phrases::audits_title, language),
                                  say(phrases::audits_lead, language)),
                       listed, audit_pager(list, language)));
}

}  // namespace art32::portal::pages
