#include "portal/audit_words.h"

#include "portal/icons.h"
#include "portal/phrases.h"
#include "portal/tags.h"
#include "portal/view.h"

namespace art32::portal {

namespace {

std::string names_with(const audit::AuditRun& run, model::Verdict verdict) {
  std::string names;
  for (const audit::ProbeRun& probe : run.probes)
    if (probe.verdict == verdict) names += (names.empty() ? "" : ", ") + probe.probe;
  return names;
}

}  // namespace

std::string trigger_word(const std::string& trigger, model::Language language) {
  if (trigger == "schedule") return say(phrases::trigger_schedule, language);
  if (trigger == "command") return say(phrases::trigger_command, language);
  if (trigger == "start") return say(phrases::trigger_start, language);
  if (trigger == "publish") return say(phrases::trigger_publish, language);
  return trigger;
}

Html outcome_of(const audit::AuditRun& run, model::Language language) {
  const std::string failed = names_with(run, model::Verdict::fail);
  const std::string undecided = names_with(run, model::Verdict::error);
  std::vector<Html> lines;
  if (!failed.empty())
    lines.push_back(
        tag::p(class_("is-fail"), icon(Symbol::cross), " ", say(phrases::failed_probes, language, {failed})));
  if (!undecided.empty())
    lines.push_back(tag::p(class_("is-error"), icon(Symbol::warning), " ",
                           say(phrases::undecided_probes, language, {undecided})));
  if (lines.empty() && passes(run) == run.probes.size() && !run.probes.empty())
    lines.push_back(tag::p(class_("is-pass"), icon(Symbol::check), " ", say(phrases::all_passed, language)));
  lines.push_back(tag::p(
      class_("aside"),
      say(phrases::passed_of, language, {std::to_string(passes(run)), std::to_string(run.probes.size())})));
  return tag::div(lines);
}

}  // namespace art32::portal
