#include "portal/health.h"

#include <boost/json.hpp>

namespace art32::portal {

HealthAnswer health(const ledger::Health& ledger, const View* view) {
  boost::json::object tree{{"entries", ledger.size}, {"integrated", ledger.integrated}};
  // The code alone: what an error says about paths is for the log.
  if (ledger.trouble) tree["trouble"] = base::describe(ledger.trouble->code).name;
  boost::json::object answer{{"ledger", std::move(tree)}, {"pages", view != nullptr}};
  answer["last_audit"] = nullptr;
  if (view != nullptr && !view->audits.empty()) {
    const audit::AuditRun& run = view->audits.front();
    answer["last_audit"] = boost::json::object{{"id", run.id},
                                               {"started", base::rfc3339_seconds(run.started)},
                                               {"probes", run.probes.size()},
                                               {"passed", passes(run)}};
  }
  const bool is_well = !ledger.trouble && view != nullptr;
  answer["status"] = is_well ? "ok" : "trouble";
  return {is_well ? 200 : 503, boost::json::serialize(answer) + "\n"};
}

}  // namespace art32::portal
